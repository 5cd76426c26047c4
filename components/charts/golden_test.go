package charts

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/a-h/templ"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestGolden(t *testing.T) {
	months := monthsOf(0, 3_600_000, 7_200_000, 1_800_000)
	for i := range months {
		m := &months[i]
		m.Label = []string{"November 2023", "December 2023", "January 2024", "February 2024"}[i]
		m.Hours = []string{"0 s", "1.0 h", "2.0 h", "30 min"}[i]
		m.Plays = []string{"0", "17", "34", "9"}[i]
		m.Title = m.Label + ": " + m.Hours + ", " + m.Plays + " plays"
		month := []string{"2023-11", "2023-12", "2024-01", "2024-02"}[i]
		m.URL = "?from=" + month + "&to=" + month
		m.Lit = i >= 2
		m.Part = m.Value / 4
	}
	years := []YearView{{Label: "2023", URL: "?from=2023", First: 0, Count: 2}, {Label: "2024", URL: "?from=2024", First: 2, Count: 2, Lit: true}}
	subject := `"><em>x</em>`
	heat := HeatmapView{ID: "clock", Label: "Hours of the week", Table: TableView{ID: "clock-table", Shown: true}}
	heat.Cells[0][20] = HeatCellView{Value: 7_200_000, Title: "Monday, 20 to 21: 2.0 h", Hours: "2.0 h", URL: "/history?weekday=mon&hour=20"}
	for day := range heat.DayURLs {
		heat.DayURLs[day] = fmt.Sprint("/history?weekday=", day)
	}
	for hour := range heat.HourURLs {
		heat.HourURLs[hour] = fmt.Sprint("/history?hour=", hour)
	}
	heat.Cells[6][4] = HeatCellView{Value: 60_000, Title: "Sunday, 4 to 5: 1 min", Hours: "1 min"}

	for name, c := range map[string]templ.Component{
		"spine":         Spine(SpineView{Label: "Hours a month", Months: months, Years: years}),
		"spine-subject": Spine(SpineView{Label: "Hours a month", Months: months, Years: years, Subject: subject, Identity: subject}),
		"spine-months":  SpineMonths(SpineView{Months: months, Years: years}),
		"spine-table":   SpineTable(SpineView{Label: "Hours a month", Months: months, Table: TableView{ID: "spine-table", Shown: true}}),
		"months":        Months(MonthsView{ID: "months", Label: "Hours of " + subject, Months: months, Years: years, Table: TableView{ID: "months-table", URL: "/artists/1?table=months#months-table"}, Identity: subject, Max: 7_200_000, MaxLabel: "2 h"}),
		"heatmap":       Heatmap(heat),
		"spark":         Spark([]int64{0, 0, 3, 9, 2, 0}, 18),
		"spark-silent":  Spark([]int64{0, 0}, 9),
		"bar":           Bar(0.632),
		"bar-beyond":    Bar(7),
		"stack": Stack([]StackPartView{
			{Title: "Kept: 9 rows", Value: 9, Tone: ToneAccent}, {Title: subject, Value: 1, Tone: ToneWarn}, {Tone: ToneSoft},
		}),
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := c.Render(t.Context(), &b); err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join("testdata", name+".golden.html")
			if *update {
				if err := os.WriteFile(golden, b.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(b.Bytes(), want) {
				t.Errorf("differs from %s; look at it, then run with -update\n%s", golden, b.Bytes())
			}
		})
	}
}
