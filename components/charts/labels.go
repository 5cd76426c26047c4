package charts

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

var weekdays = [7]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}

// InPlace has links and forms change what the page shows without leaving it: the
// frame around the page, the focus and the place on the screen stay.
func InPlace() templ.Attributes {
	return templ.Attributes{
		"hx-boost": "true", "hx-target": "#page", "hx-select": "#page",
		"hx-select-oob": "#masthead", "hx-swap": "outerHTML show:none",
	}
}

// classes make the year as wide as its months.
func (t tick) classes() string {
	class := "of-" + strconv.Itoa(t.Count)
	if t.Ending {
		class += " ending"
	}
	return class
}

// wideOnly marks a label that narrow screens leave out.
func wideOnly(t tick) templ.Attributes {
	if !t.Wide {
		return nil
	}
	return templ.Attributes{"class": "wide-only"}
}

var heatClasses = func() (classes [HeatSteps + 1]string) {
	for i := range classes {
		classes[i] = "heat-" + strconv.Itoa(i)
	}
	return classes
}()

func heatClass(value, top int64) string { return heatClasses[heatStep(value, top)] }

func twoDigits(n int) string { return fmt.Sprintf("%02d", n) }

// brief is the title of a month that begins with what is read on the screen, so that
// whoever says that aloud is understood.
func (m MonthView) brief() string {
	name, _, _ := strings.Cut(m.Label, " ")
	return abbreviated(m.Label) + strings.TrimPrefix(m.Title, name)
}

// abbreviated is the month's name of a label such as "March 2019", cut to three
// letters.
func abbreviated(label string) string { return label[:min(len(label), 3)] }
