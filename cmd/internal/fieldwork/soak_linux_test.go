package fieldwork

import (
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/crawler/visit"
)

var soakVisits = flag.Int("soak", 60, "make so many visits in BenchmarkSoak")

// brisk is a rule by which small pages settle soon.
var brisk = visit.Settle{Quiet: 300 * time.Millisecond, Min: 300 * time.Millisecond, Max: 20 * time.Second}

// A holding is what this process has in its hands.
type holding struct {
	heap       uint64 // bytes in use, after garbage was collected
	goroutines int
	files      int // descriptors
	processes  int // that descend from this one
	temporary  int // files and folders among the temporary ones
}

func hold(t testing.TB, temp string) holding {
	t.Helper()
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	h := holding{heap: m.HeapAlloc, goroutines: runtime.NumGoroutine(), processes: descendants()}
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	h.files = len(files)
	left, err := os.ReadDir(temp)
	if err != nil {
		t.Fatal(err)
	}
	h.temporary = len(left)
	return h
}

// descendants counts the processes that this one started, and those that they
// started, zombies included.
func descendants() int {
	children := map[int][]int{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		data, err := os.ReadFile(path)
		if err != nil {
			continue // It has just ended.
		}
		fields := strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
		if len(fields) < 2 {
			continue
		}
		if parent, err := strconv.Atoi(fields[1]); err == nil {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			children[parent] = append(children[parent], pid)
		}
	}
	n := 0
	for queue := []int{os.Getpid()}; len(queue) > 0; n++ {
		queue = append(queue[1:], children[queue[0]]...)
	}
	return n - 1
}

// soakField is one whose temporary files are in a folder of their own, those of the
// browser too.
func soakField(t testing.TB) (f *field, temp string) {
	t.Helper()
	f = newField(t)
	f.settle = brisk
	temp = t.TempDir()
	t.Setenv("TMPDIR", temp)
	return f, temp
}

// soaked is what surveys visit that go on for long.
func soaked() []string {
	list := make([]string, 0, 10)
	for _, name := range light[:cap(list)] {
		list = append(list, "https://"+name+".test/")
	}
	return list
}

// TestSoak makes visits in browsers that are replaced on the way, and looks for
// anything that is left of them when all is over.
func TestSoak(t *testing.T) {
	f, temp := soakField(t)
	round := func(repeat int) {
		pool := &Pool{Browser: f.browser(), Visits: 4}
		defer pool.Close()
		f.survey(t, f.auditor(t, pool, usual), 4, repeat, soaked()[:4], nil)
	}
	round(1) // What is made once and kept is there after it.
	before := hold(t, temp)
	round(2)
	var after holding
	for range 50 {
		// What ends by itself has a moment to do so.
		if after = hold(t, temp); after.goroutines <= before.goroutines && after.files <= before.files && after.processes <= before.processes {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if after.goroutines > before.goroutines {
		stacks := make([]byte, 1<<20)
		t.Errorf("%d goroutines are left over:\n%s", after.goroutines-before.goroutines, stacks[:runtime.Stack(stacks, true)])
	}
	if after.files > before.files || after.processes > before.processes {
		t.Errorf("%d descriptors and %d processes are left over", after.files-before.files, after.processes-before.processes)
	}
	left, _ := filepath.Glob(filepath.Join(temp, "*"))
	hidden, _ := filepath.Glob(filepath.Join(temp, ".*"))
	if left = append(left, hidden...); len(left) > 0 {
		t.Errorf("temporary files are left over: %q", left)
	}
}

// BenchmarkSoak makes many visits in one process, in browsers that are replaced on
// the way, and reports how much more the process holds in the last fifth of them
// than in the first: the medians, looked at after each visit.
func BenchmarkSoak(b *testing.B) {
	f, temp := soakField(b)
	list := soaked()
	for b.Loop() {
		repeat := max(1, *soakVisits/len(list))
		pool := &Pool{Browser: f.browser(), Visits: max(8, *soakVisits/12)}
		var seen []holding
		f.survey(b, f.auditor(b, pool, usual), 4, repeat, list, func() { seen = append(seen, hold(b, temp)) })
		pool.Close()
		fifth := max(1, len(seen)/5)
		first, last := typical(seen[:fifth]), typical(seen[len(seen)-fifth:])
		b.Logf("after %d visits: first fifth %+v, last fifth %+v", len(seen), first, last)
		b.ReportMetric((float64(last.heap)-float64(first.heap))/(1<<20), "MB-heap")
		b.ReportMetric(float64(last.goroutines-first.goroutines), "goroutines")
		b.ReportMetric(float64(last.files-first.files), "descriptors")
		b.ReportMetric(float64(last.processes-first.processes), "processes")
		b.ReportMetric(float64(last.temporary-first.temporary), "temporary")
	}
}

// typical holds the medians of what was seen.
func typical(seen []holding) holding {
	return holding{
		heap:       middle(seen, func(h holding) uint64 { return h.heap }),
		goroutines: middle(seen, func(h holding) int { return h.goroutines }),
		files:      middle(seen, func(h holding) int { return h.files }),
		processes:  middle(seen, func(h holding) int { return h.processes }),
		temporary:  middle(seen, func(h holding) int { return h.temporary }),
	}
}

func middle[T int | uint64](seen []holding, of func(holding) T) T {
	values := make([]T, len(seen))
	for i, h := range seen {
		values[i] = of(h)
	}
	slices.Sort(values)
	return values[len(values)/2]
}
