package browsertest

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// clockTick is the unit of time of Linux's /proc, in seconds.
const clockTick = 0.01

// GroupCPU is the processor time, in seconds, that all processes of a process
// group have used, those that ended and were waited for included. It is 0 where the
// system has no /proc.
func GroupCPU(t testing.TB, group int) float64 {
	t.Helper()
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	var ticks int64
	for _, path := range stats {
		data, err := os.ReadFile(path) //nolint:gosec // The name is the system's.
		if err != nil {
			continue // The process has just ended.
		}
		// The command's name may hold spaces; the fields after it do not.
		fields := strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
		if len(fields) < 16 || fields[2] != strconv.Itoa(group) {
			continue
		}
		for _, f := range fields[11:15] {
			n, err := strconv.ParseInt(f, 10, 64)
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			ticks += n
		}
	}
	return float64(ticks) * clockTick
}
