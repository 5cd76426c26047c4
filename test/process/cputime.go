package process

import (
	"slices"
	"testing"
	"time"
)

// Benchmark does something as often as b asks, and reports the median of the
// processor time that it took in milliseconds: what else runs on the machine
// hardly changes that. It is 0 where the system does not tell.
func Benchmark(b *testing.B, do func()) {
	b.Helper()
	var took []time.Duration
	for b.Loop() {
		before := cpuTime()
		do()
		took = append(took, cpuTime()-before)
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2])/float64(time.Millisecond), "cpu-ms")
}
