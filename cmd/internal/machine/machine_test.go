package machine

import (
	"os"
	"runtime"
	"testing"
	"testing/fstest"
)

const gigabyte = 1 << 30

func TestBounds(t *testing.T) {
	for name, c := range map[string]struct {
		s           Sample
		contexts    int
		start, most int
	}{
		"a laptop":             {Sample{Cores: 8, Available: 12 * gigabyte}, 4, 4, 16},
		"a small machine":      {Sample{Cores: 2, Available: 6 * gigabyte}, 4, 1, 4},
		"one scenario":         {Sample{Cores: 2, Available: 6 * gigabyte}, 1, 4, 16},
		"little memory":        {Sample{Cores: 16, Available: 2 * gigabyte}, 4, 2, 2},
		"hardly any":           {Sample{Cores: 16, Available: gigabyte / 8}, 4, 1, 1},
		"half a core":          {Sample{Cores: 0.5, Available: 8 * gigabyte}, 4, 1, 2},
		"nothing is known":     {Sample{}, 4, 1, 2},
		"a part of a big host": {Sample{Cores: 1.5, Available: 64 * gigabyte}, 3, 1, 4},
	} {
		if start, most := c.s.Bounds(Demand{c.contexts}); start != c.start || most != c.most {
			t.Errorf("%s: from %d to %d, want from %d to %d", name, start, most, c.start, c.most)
		}
	}
}

// after gives a controller the same sample many times.
func after(c Controller, s Sample, times int) int {
	for range times {
		c.Next(s)
	}
	return c.Now
}

func TestController(t *testing.T) {
	idle := Sample{Memory: 16 * gigabyte, Available: 12 * gigabyte, Pressure: 0.05}
	busy, full, hungry, unknown := idle, idle, idle, Sample{Pressure: -1, Load: -1}
	busy.Pressure = 0.9
	full.Pressure = 0.45
	hungry.Available = gigabyte
	few := idle
	few.Available = 3 * gigabyte
	for name, c := range map[string]struct {
		s     Sample
		times int
		want  int
	}{
		"an idle machine takes more":           {idle, 9, 9},
		"but no more than it may":              {idle, 100, 12},
		"a busy one takes less":                {busy, 6, 4},
		"but never none":                       {busy, 100, 1},
		"one that is used well stays":          {full, 100, 6},
		"scarce memory counts at once":         {hungry, 2, 5},
		"and ends at one":                      {hungry, 100, 1},
		"there is not enough to grow":          {few, 100, 6},
		"an unknown machine stays":             {unknown, 100, 6},
		"by load, where nothing else is known": {Sample{Pressure: -1, Load: 9}, 100, 1},
		"and the other way":                    {Sample{Pressure: -1, Load: 0.2}, 100, 12},
	} {
		if got := after(Controller{Now: 6, Most: 12}, c.s, c.times); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func file(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }

func TestRead(t *testing.T) {
	root := fstest.MapFS{
		"proc/meminfo":                                file("MemTotal:       16000000 kB\nMemFree: 1 kB\nMemAvailable:   12000000 kB\n"),
		"proc/loadavg":                                file("4.00 1.00 0.50 1/100 1\n"),
		"proc/pressure/cpu":                           file("some avg10=50.00 avg60=0.00 avg300=0.00 total=1\nfull avg10=0.00\n"),
		"proc/self/cgroup":                            file("0::/user.slice/job\n"),
		"sys/fs/cgroup/user.slice/cpu.max":            file("50000 100000\n"),
		"sys/fs/cgroup/user.slice/job/memory.max":     file("2147483648\n"),
		"sys/fs/cgroup/user.slice/job/memory.current": file("1073741824\n"),
		"sys/fs/cgroup/user.slice/job/memory.stat":    file("anon 1\ninactive_file 536870912\n"),
		"sys/fs/cgroup/user.slice/job/cpu.max":        file("max 100000\n"),
		"sys/fs/cgroup/user.slice/job/cpu.pressure":   file("some avg10=12.50 avg60=0.00 avg300=0.00 total=1\n"),
	}
	got := Read(root)
	want := Sample{Cores: 0.5, Memory: 2147483648, Available: 1610612736, Pressure: 0.125, Load: 4 / float64(runtime.NumCPU())}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := Read(fstest.MapFS{}); got.Cores < 1 || got.Pressure >= 0 || got.Load >= 0 || got.Memory != 0 {
		t.Errorf("without files: %+v", got)
	}
}

func TestGroupMemory(t *testing.T) {
	root := fstest.MapFS{
		"proc/10/stat":         file("10 (a b) S 1 10 10 0"),
		"proc/10/smaps_rollup": file("00400000-7fff rollup\nRss: 900 kB\nPss:  100 kB\n"),
		"proc/11/stat":         file("11 (x) y) S 10 10 10 0"),
		"proc/11/smaps_rollup": file("Pss:  50 kB\n"),
		"proc/12/stat":         file("12 (other) S 1 12 12 0"),
		"proc/12/smaps_rollup": file("Pss:  500 kB\n"),
		"proc/self/stat":       file("12 (other) S 1 10 12 0"),
	}
	if got := GroupMemory(root, 10); got != 150<<10 {
		t.Errorf("%d bytes", got)
	}
}

func TestThisMachine(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has these files")
	}
	if s := Read(os.DirFS("/")); s.Memory <= 0 || s.Available <= 0 || s.Available > s.Memory || s.Cores <= 0 {
		t.Errorf("%+v", s)
	}
}
