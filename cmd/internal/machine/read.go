package machine

import (
	"io/fs"
	"math"
	"path"
	"runtime"
	"strconv"
	"strings"
)

// Read reads the state of a machine with Linux from its files, of which root is the
// top. Where they are not there, all but the number of cores is unknown.
func Read(root fs.FS) Sample {
	s := Sample{Cores: float64(runtime.NumCPU()), Pressure: -1, Load: -1}
	s.readMemory(root)
	groups := controlGroups(root)
	for _, dir := range groups {
		s.readGroup(root, dir)
	}
	// The pressure on the innermost group that tells it; that of the whole machine
	// where none does.
	for _, file := range append(suffixed(groups, "cpu.pressure"), "proc/pressure/cpu") {
		if p, ok := pressure(text(root, file)); ok {
			s.Pressure = p
			break
		}
	}
	if fields := strings.Fields(text(root, "proc/loadavg")); len(fields) > 0 {
		if load, err := strconv.ParseFloat(fields[0], 64); err == nil {
			s.Load = load / float64(runtime.NumCPU())
		}
	}
	return s
}

func text(root fs.FS, name string) string {
	data, err := fs.ReadFile(root, name)
	if err != nil {
		return ""
	}
	return string(data)
}

func suffixed(dirs []string, name string) []string {
	out := make([]string, len(dirs))
	for i, dir := range dirs {
		out[i] = path.Join(dir, name)
	}
	return out
}

func (s *Sample) readMemory(root fs.FS) {
	for line := range strings.Lines(text(root, "proc/meminfo")) {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		kilobytes, err := strconv.ParseInt(fields[1], 10, 64)
		if err != nil {
			continue
		}
		switch fields[0] {
		case "MemTotal:":
			s.Memory = kilobytes << 10
		case "MemAvailable:":
			s.Available = kilobytes << 10
		}
	}
}

// controlGroups lists the folders of this process's control groups, version 2, the
// innermost first. Inside a container the outermost is all that is seen.
func controlGroups(root fs.FS) []string {
	const top = "sys/fs/cgroup"
	own := "/"
	for line := range strings.Lines(text(root, "proc/self/cgroup")) {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), "0::"); ok {
			own = rest
		}
	}
	var dirs []string
	for dir := path.Join(top, own); strings.HasPrefix(dir, top); dir = path.Dir(dir) {
		dirs = append(dirs, dir)
		if dir == top {
			break
		}
	}
	return dirs
}

// readGroup narrows the sample to the limits of one control group.
// https://docs.kernel.org/admin-guide/cgroup-v2.html
func (s *Sample) readGroup(root fs.FS, dir string) {
	if fields := strings.Fields(text(root, path.Join(dir, "cpu.max"))); len(fields) == 2 {
		quota, err1 := strconv.ParseFloat(fields[0], 64)
		period, err2 := strconv.ParseFloat(fields[1], 64)
		if err1 == nil && err2 == nil && period > 0 {
			s.Cores = math.Min(s.Cores, quota/period)
		}
	}
	limit, ok := whole(text(root, path.Join(dir, "memory.max")))
	if !ok {
		return
	}
	if s.Memory == 0 || limit < s.Memory {
		s.Memory = limit
	}
	used, ok := whole(text(root, path.Join(dir, "memory.current")))
	if !ok {
		return
	}
	// Pages of files that nobody uses now are given up before anything is killed.
	for line := range strings.Lines(text(root, path.Join(dir, "memory.stat"))) {
		if value, found := strings.CutPrefix(line, "inactive_file "); found {
			if idle, ok := whole(value); ok {
				used -= idle
			}
		}
	}
	if free := max(0, limit-used); s.Available == 0 || free < s.Available {
		s.Available = free
	}
}

func whole(s string) (int64, bool) {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	return n, err == nil
}

// pressure reads "some avg10=12.34 avg60=...": a share from 0 to 1.
// https://docs.kernel.org/accounting/psi.html
func pressure(s string) (float64, bool) {
	for line := range strings.Lines(s) {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[0] != "some" {
			continue
		}
		value, ok := strings.CutPrefix(fields[1], "avg10=")
		if p, err := strconv.ParseFloat(value, 64); ok && err == nil {
			return p / 100, true
		}
	}
	return 0, false
}

// GroupMemory is the memory of all processes of a process group, in bytes: what
// they hold alone, and their part of what they share. 0 means that it is not known.
func GroupMemory(root fs.FS, group int) int64 {
	entries, err := fs.ReadDir(root, "proc")
	if err != nil {
		return 0
	}
	var sum int64
	for _, e := range entries {
		if strings.Trim(e.Name(), "0123456789") != "" {
			continue
		}
		dir := path.Join("proc", e.Name())
		// The name of the program, in parentheses, may hold anything.
		stat := text(root, path.Join(dir, "stat"))
		fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
		if len(fields) < 3 || fields[2] != strconv.Itoa(group) {
			continue
		}
		for line := range strings.Lines(text(root, path.Join(dir, "smaps_rollup"))) {
			if f := strings.Fields(line); len(f) >= 2 && f[0] == "Pss:" {
				if kilobytes, ok := whole(f[1]); ok {
					sum += kilobytes << 10
				}
			}
		}
	}
	return sum
}
