package find

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"
)

const versionTimeout = 10 * time.Second

var versionNumber = regexp.MustCompile(`\b\d+(\.\d+){3}\b`)

// Version returns the version of a browser, "156.0.8078.79". It asks the browser
// itself; on Windows, where that would open a window, it reads the name of the
// folder beside the executable.
func Version(ctx context.Context, path string) (string, error) {
	if runtime.GOOS == "windows" {
		return folderVersion(filepath.Dir(path))
	}
	ctx, cancel := context.WithTimeout(ctx, versionTimeout)
	defer cancel()
	command := exec.CommandContext(ctx, path, "--version") //nolint:gosec // The user, or the table, names the browser.
	command.WaitDelay = time.Second
	out, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("find: version of %s: %w", path, err)
	}
	if v := versionNumber.FindString(string(out)); v != "" {
		return v, nil
	}
	return "", fmt.Errorf("find: version of %s: it answers %.100q", path, out)
}

// folderVersion returns the highest version among the names of the folders in a
// folder: installers keep the former one until the browser is restarted.
func folderVersion(folder string) (string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return "", fmt.Errorf("find: version: %w", err)
	}
	best := ""
	for _, e := range entries {
		if e.IsDir() && versionNumber.FindString(e.Name()) == e.Name() && (best == "" || less(best, e.Name())) {
			best = e.Name()
		}
	}
	if best == "" {
		return "", errors.New("find: version: no folder beside the browser has a version for its name")
	}
	return best, nil
}

// less compares version numbers part by part.
func less(a, b string) bool {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(as), len(bs)) {
		x, _ := strconv.Atoi(as[i])
		y, _ := strconv.Atoi(bs[i])
		if x != y {
			return x < y
		}
	}
	return len(as) < len(bs)
}
