// Command bench measures what docs/performance.md promises, and prints it as
// Markdown: imports against two floors in the same run, memory, pages over
// HTTP, and a cold start. Each measurement runs in a process of its own, so
// that one does not warm another and peak memory means something.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spotify-data-tool/spotify-data-tool/internal/sample"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	if len(args) == 2 && steps[args[0]] != nil {
		return runStep(steps[args[0]], args[1], out)
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	sizes := flags.String("plays", "300000,1000000", "sizes of the generated packages, comma-separated")
	rounds := flags.Int("rounds", 5, "times each measurement is taken")
	server := flags.String("server", "", "server binary; without it the pages are not measured")
	people := flags.Int("people", 0, "measure that many people on several instances instead, each with a package of the first size")
	extra := flags.String("package", "", "a package to import as well, beside the generated ones")
	if err := flags.Parse(args); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "bench-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()

	fmt.Fprintf(out, "%s, %d cores, %s/%s\n\n", runtime.Version(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)
	type pkg struct{ name, path string }
	var pkgs []pkg
	for _, text := range strings.Split(*sizes, ",") {
		plays, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil {
			return fmt.Errorf("size %q: %w", text, err)
		}
		path := filepath.Join(dir, text+".zip")
		if err := generate(path, plays); err != nil {
			return fmt.Errorf("generate %d plays: %w", plays, err)
		}
		pkgs = append(pkgs, pkg{text + " plays", path})
	}
	if *people > 0 {
		return measureLoad(out, *server, pkgs[0].path, *people)
	}
	if *extra != "" {
		pkgs = append(pkgs, pkg{filepath.Base(*extra), *extra})
	}

	fmt.Fprintln(out, "## Import\n\nZIP on disk to dataset sealed, stored and opened again; medians of", *rounds, "rounds, each step a process of its own.")
	fmt.Fprintln(out, "\n| package | inflate | inflate + simdjson tokens | import | ÷ inflate | ÷ simdjson | peak RSS | stored, bytes a play | plays a second |")
	fmt.Fprintln(out, "|---|--:|--:|--:|--:|--:|--:|--:|--:|")
	for _, p := range pkgs {
		if err := compareImport(out, p.name, p.path, *rounds); err != nil {
			return err
		}
	}
	if *server == "" {
		return nil
	}
	for _, p := range pkgs {
		if err := measureServer(out, *server, p.name, p.path, *rounds); err != nil {
			return err
		}
	}
	return nil
}

// generate writes a package of an invented listener.
func generate(path string, plays int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	to := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	_, err = sample.Extended(f, sample.Options{
		Plays: plays, Seed: 1, Generation: sample.V3b, From: to.AddDate(-15, 0, 0), To: to,
	})
	return errors.Join(err, f.Close())
}

// An outcome is what a step reports on standard output.
type outcome struct {
	Seconds float64 `json:"seconds"`
	PeakKB  int64   `json:"peak_kb"`
	Rows    int     `json:"rows"`
	Stored  int64   `json:"stored"`
}

func runStep(step func(string) (outcome, error), path string, out io.Writer) error {
	start := time.Now()
	o, err := step(path)
	if err != nil {
		return err
	}
	o.Seconds = time.Since(start).Seconds()
	if o.PeakKB, err = peakRSS(os.Getpid()); err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(o)
}

// peakRSS is the most memory a process has held. The system's getrusage would
// count what its parent held when it started it.
func peakRSS(pid int) (kb int64, err error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(b), "VmHWM:")
	_, err = fmt.Sscan(rest, &kb)
	return kb, err
}

func measure(step, path string) (outcome, error) {
	self, err := os.Executable()
	if err != nil {
		return outcome{}, err
	}
	cmd := exec.Command(self, step, path)
	cmd.Stderr = os.Stderr
	b, err := cmd.Output()
	if err != nil {
		return outcome{}, fmt.Errorf("step %s: %w", step, err)
	}
	var o outcome
	return o, json.Unmarshal(b, &o)
}

// compareImport takes the three steps in turn within each round, so that a
// noisy moment touches all of them.
func compareImport(out io.Writer, name, path string, rounds int) error {
	all := map[string][]outcome{}
	for range rounds {
		for _, step := range []string{stepInflate, stepSimdjson, stepImport} {
			o, err := measure(step, path)
			if err != nil {
				return err
			}
			all[step] = append(all[step], o)
		}
	}
	seconds := func(step string) float64 {
		var s []float64
		for _, o := range all[step] {
			s = append(s, o.Seconds)
		}
		return quantile(s, 0.5)
	}
	var peak int64
	for _, o := range all[stepImport] {
		peak = max(peak, o.PeakKB)
	}
	one := all[stepImport][0]
	inflate, simd, imp := seconds(stepInflate), seconds(stepSimdjson), seconds(stepImport)
	_, err := fmt.Fprintf(out, "| %s | %.2f s | %.2f s | **%.2f s** | %.2f | **%.2f** | %d MB | %.1f | %.0f |\n",
		name, inflate, simd, imp, imp/inflate, imp/simd, peak>>10, float64(one.Stored)/float64(max(one.Rows, 1)), float64(one.Rows)/imp)
	return err
}

func quantile(s []float64, q float64) float64 {
	s = slices.Sorted(slices.Values(s))
	return s[min(len(s)-1, int(q*float64(len(s))))]
}
