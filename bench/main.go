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

	"github.com/spotify-data-tool/spotify-data-tool/internal/hugepages"
	"github.com/spotify-data-tool/spotify-data-tool/internal/sample/sampletest"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	if len(args) > 2 && args[0] == stepFrames {
		return writeFrames(args[1:])
	}
	if len(args) > 0 && steps[args[0]] != nil {
		return runStep(steps[args[0]], args[1:], out)
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	sizes := flags.String("plays", "300000,1000000,3000000", "sizes of the generated packages, comma-separated")
	rounds := flags.Int("rounds", 7, "times each measurement is taken")
	server := flags.String("server", "", "server binary; without it the pages are not measured")
	people := flags.Int("people", 0, "measure that many people on several instances instead, each with a package of the first size")
	extra := flags.String("package", "", "a package to import as well, beside the generated ones")
	clips := flags.Bool("clips", false, "measure the clips of the reel and nothing else")
	duckdb := flags.Bool("duckdb", false, "compare with DuckDB, Arrow and Parquet as well; needs a C compiler")
	if err := flags.Parse(args); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "bench-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()

	fmt.Fprintf(out, "%s, %d cores, %s/%s\n", runtime.Version(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)
	var pkgs []pkg
	for text := range strings.SplitSeq(*sizes, ",") {
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
	if *clips {
		return compareClips(out, pkgs[0])
	}
	if err := compareImports(out, pkgs, *rounds); err != nil {
		return err
	}
	if *duckdb {
		for _, p := range pkgs {
			if err := compareEngines(out, p); err != nil {
				return err
			}
		}
	}
	if err := compareClips(out, pkgs[0]); err != nil {
		return err
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

type pkg struct{ name, path string }

// compareEngines runs the comparison with DuckDB, which is a module of its own
// so that nothing else links it. It is built here, beside its go.mod.
func compareEngines(out io.Writer, p pkg) error {
	path, err := filepath.Abs(p.path)
	if err != nil {
		return err
	}
	cmd := exec.Command("go", "run", "-C", "bench/duckdb", "-mod=mod", ".", path)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=1")
	cmd.Stderr = os.Stderr
	b, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("compare with DuckDB: %w", err)
	}
	_, err = fmt.Fprintf(out, "\n## Other engines and formats, %s\n\n%s", p.name, b)
	return err
}

// generate writes a package of an invented listener.
func generate(path string, plays int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	to := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	_, err = sampletest.Extended(f, sampletest.Options{
		Plays: plays, Seed: 1, Generation: sampletest.V3b, From: to.AddDate(-15, 0, 0), To: to,
	})
	return errors.Join(err, f.Close())
}

// An outcome is what a step reports on standard output.
type outcome struct {
	Seconds float64 `json:"seconds"`
	PeakKB  int64   `json:"peak_kb"`
	Rows    int     `json:"rows"`
	Stored  int64   `json:"stored"`
	Heap    int64   `json:"heap"`  // of a dataset that was opened
	Asked   int64   `json:"asked"` // of one that has answered everything

	Clips    []clipOutcome `json:"clips,omitempty"`
	BeyondKB int64         `json:"beyond_kb,omitempty"` // memory for them beyond the dataset
}

// runStep takes a step. One that tells its seconds itself has prepared something
// before.
func runStep(step func(args []string) (outcome, error), args []string, out io.Writer) error {
	hugepages.ForHeap() // as the server does
	start := time.Now()
	o, err := step(args)
	if err != nil {
		return err
	}
	if o.Seconds == 0 {
		o.Seconds = time.Since(start).Seconds()
	}
	if o.PeakKB, err = peakRSS(os.Getpid()); err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(o)
}

// peakRSS is the most memory a process has held. The system's getrusage would
// count what its parent held when it started it.
func peakRSS(pid int) (kb int64, err error) {
	return statusKB(pid, "VmHWM:")
}

func measure(step string, args ...string) (outcome, error) {
	self, err := os.Executable()
	if err != nil {
		return outcome{}, err
	}
	cmd := exec.Command(self, append([]string{step}, args...)...)
	cmd.Stderr = os.Stderr
	b, err := cmd.Output()
	if err != nil {
		return outcome{}, fmt.Errorf("step %s: %w", step, err)
	}
	var o outcome
	return o, json.Unmarshal(b, &o)
}

func compareImports(out io.Writer, pkgs []pkg, rounds int) error {
	fmt.Fprintf(out, "\n## Import\n\nZIP on disk to dataset sealed, stored and answering. Each step is a process of its own, the three in turn within each of %d rounds; medians, of the rounds' ratios too. Allowed are 90 MB and 40 bytes a play.\n", rounds)
	fmt.Fprintln(out, "\n| package | inflate | inflate + simdjson tokens | import | ÷ inflate | ÷ simdjson | µs a play | peak RSS | allowed |")
	fmt.Fprintln(out, "|---|--:|--:|--:|--:|--:|--:|--:|--:|")
	var loads strings.Builder
	for _, p := range pkgs {
		if err := compareImport(out, &loads, p, rounds); err != nil {
			return err
		}
	}
	_, err := fmt.Fprint(out, "\n## Load\n\nThe stored dataset opened by a new process. *loaded* is the heap it then holds, 24 bytes a play of it columns and the rest dictionaries; *asked* the same after every kind of page was asked for, with all that is built on first use.\n\n",
		"| package | plays | stored, bytes a play | cold load | loaded, bytes a play | dictionaries, MB | asked, bytes a play |\n|---|--:|--:|--:|--:|--:|--:|\n", loads.String())
	return err
}

// compareImport takes the steps in turn within each round, so that a noisy
// moment touches all of them.
func compareImport(out, loads io.Writer, p pkg, rounds int) error {
	dir, err := os.MkdirTemp("", "bench-load-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	stored, err := measure(stepStore, p.path, dir)
	if err != nil {
		return err
	}
	var inflate, simdjson, imports, perInflate, perSimdjson, load []float64
	var peak int64
	var loaded outcome
	for range rounds {
		var took [4]outcome
		for i, step := range [...]string{stepInflate, stepSimdjson, stepImport, stepLoad} {
			path := p.path
			if step == stepLoad {
				path = dir
			}
			if took[i], err = measure(step, path); err != nil {
				return err
			}
		}
		inflate = append(inflate, took[0].Seconds)
		simdjson = append(simdjson, took[1].Seconds)
		imports = append(imports, took[2].Seconds)
		perInflate = append(perInflate, took[2].Seconds/took[0].Seconds)
		perSimdjson = append(perSimdjson, took[2].Seconds/took[1].Seconds)
		peak = max(peak, took[2].PeakKB)
		load = append(load, took[3].Seconds*1000)
		loaded = took[3]
	}
	rows := float64(max(stored.Rows, 1))
	allowed := (90<<20 + 40*rows) / (1 << 20)
	_, err = fmt.Fprintf(out, "| %s | %.2f s | %.2f s | **%.2f s** | %.2f | **%.2f** | %.2f | %d MB | %.0f MB |\n",
		p.name, quantile(inflate, 0.5), quantile(simdjson, 0.5), quantile(imports, 0.5), quantile(perInflate, 0.5), quantile(perSimdjson, 0.5),
		quantile(imports, 0.5)*1e6/rows, peak>>10, allowed)
	if err != nil {
		return err
	}
	const columns = 24
	_, err = fmt.Fprintf(loads, "| %s | %d | %.1f | %.0f ms | %.1f | %.1f | %.1f |\n",
		p.name, stored.Rows, float64(stored.Stored)/rows, quantile(load, 0.5), float64(loaded.Heap)/rows, (float64(loaded.Heap)-columns*rows)/(1<<20), float64(loaded.Asked)/rows)
	return err
}

func quantile(s []float64, q float64) float64 {
	s = slices.Sorted(slices.Values(s))
	return s[min(len(s)-1, int(q*float64(len(s))))]
}
