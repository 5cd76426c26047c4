package e2e

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/spotify-data-tool/spotify-data-tool/internal/sample/sampletest"
	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

// TestYearPrintsOnOnePage prints a full year, one of a few plays and the sample's in
// both themes: each is one sheet of A4, light, nothing cut off, most of it the record.
func TestYearPrintsOnOnePage(t *testing.T) {
	t.Parallel()
	s := harness.StartServer(t, nil)
	of := func(plays int, from time.Time, days int) string {
		path := filepath.Join(t.TempDir(), "package.zip")
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close() //nolint:errcheck // a short package fails to upload
		if _, err := sampletest.Extended(f, sampletest.Options{Plays: plays, Seed: 3, From: from, To: from.AddDate(0, 0, days)}); err != nil {
			t.Fatal(err)
		}
		return path
	}
	year := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, path := range map[string]string{"full": of(20_000, year.AddDate(-1, 0, 0), 731), "few": of(3, year.AddDate(0, 2, 0), 5), "sample": ""} {
		t.Run(name, func(t *testing.T) {
			b := newTab(t, s.Base, tabOptions{})
			b.open("/")
			if path == "" {
				b.click("form.sample button")
			} else {
				b.send(path)
			}
			b.untilImported()
			for _, scheme := range []string{"light", "dark"} {
				b.run(emulation.SetEmulatedMedia().WithMedia("").WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
				b.open("/years/2024")
				var pdf []byte
				b.run(chromedp.ActionFunc(func(ctx context.Context) (err error) {
					pdf, _, err = page.PrintToPDF().WithPrintBackground(true).WithPreferCSSPageSize(true).Do(ctx)
					return err
				}))
				if pages := len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(pdf, -1)); pages != 1 {
					t.Errorf("%s: %d pages", scheme, pages)
				}
				// A4 in points: the browser would otherwise print on letter.
				if !regexp.MustCompile(`/MediaBox\s*\[0 0 59[45]\S* 84[12]\S*\]`).Match(pdf) {
					t.Errorf("%s: %s", scheme, regexp.MustCompile(`/MediaBox[^]]*\]`).Find(pdf))
				}
				b.printed(scheme)
			}
		})
	}
}

// printed looks at the page as it is on paper.
func (b *tab) printed(scheme string) {
	b.t.Helper()
	const width, height = 703, 1031 // A4 within its margins
	b.run(
		emulation.SetDeviceMetricsOverride(width, height, 1, false),
		emulation.SetEmulatedMedia().WithMedia("print").WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}),
	)
	defer b.run(emulation.SetDeviceMetricsOverride(1280, 900, 1, false), emulation.SetEmulatedMedia())
	got := evaluate[struct {
		Height, Record float64
		Cut            []string
		Ink, Figure    string
	}](b, `(() => {
		const page = document.querySelector(".year-page"), sheet = page.getBoundingClientRect();
		const cut = [...page.querySelectorAll("h1, h2, h3, p, a, dt, dd, li, span, svg, .calendar-cells")].filter(e => {
			const r = e.getBoundingClientRect();
			return e.checkVisibility() && r.width > 0 && (r.bottom > sheet.bottom + 1 || r.right > sheet.right + 1 || r.top < sheet.top - 1 || r.left < sheet.left - 1);
		});
		return {
			Height: document.documentElement.scrollHeight, Record: document.querySelector(".record").getBoundingClientRect().height,
			Cut: cut.map(e => e.outerHTML.slice(0, 80)), Figure: document.querySelector("h1").textContent, Ink: getComputedStyle(document.querySelector("h1")).color,
		};
	})()`)
	if got.Height > height || len(got.Cut) > 0 {
		b.t.Errorf("%s: the sheet is %v high, beyond it are %q", scheme, got.Height, got.Cut)
	}
	if got.Record < height/3.5 {
		b.t.Errorf("%s: the record is only %v high", scheme, got.Record)
	}
	if !regexp.MustCompile(`^\d.* in 2024`).MatchString(got.Figure) {
		b.t.Errorf("%s: it says %q", scheme, got.Figure)
	}
	if !regexp.MustCompile(`^oklch\(0\.24 `).MatchString(got.Ink) {
		b.t.Errorf("%s: the ink is %s", scheme, got.Ink)
	}
}
