package instrument

import (
	"strconv"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
)

// Stack reads a JavaScript stack as V8 prints it, innermost frame first, and
// leaves out spoor's own frames. Code made by eval has no address of its own;
// the place that made it follows as a frame of its own.
// https://v8.dev/docs/stack-trace-api
func (s *Script) Stack(text string) []evidence.Frame {
	var frames []evidence.Frame
	for _, line := range strings.Split(text, "\n") {
		line, ok := strings.CutPrefix(strings.TrimSpace(line), "at ")
		if !ok || strings.Contains(line, s.token+":") {
			continue
		}
		frames = append(frames, parseFrame(line)...)
	}
	return frames
}

func parseFrame(line string) []evidence.Frame {
	var f evidence.Frame
	if rest, ok := strings.CutPrefix(line, "async "); ok {
		f.Async, line = true, rest
	}
	where := line
	if i := placeStart(line); i >= 0 {
		f.Function = strings.TrimPrefix(line[:i], "new ")
		where = strings.TrimSuffix(line[i+2:], ")")
	}
	if rest, ok := strings.CutPrefix(where, "eval at "); ok {
		return evalFrames(f, rest)
	}
	f.URL, f.Line, f.Column = place(where)
	if f.Line == 0 && f.URL != "<anonymous>" && f.Function == "" {
		f.Function, f.URL = line, ""
	}
	if f.URL == "<anonymous>" || f.URL == "native" {
		f.URL = ""
	}
	return []evidence.Frame{f}
}

// placeStart finds where "name (place)" begins its place. Names and addresses
// may hold parentheses themselves; a place ends the line.
func placeStart(line string) int {
	if !strings.HasSuffix(line, ")") {
		return -1
	}
	if i := strings.Index(line, " (eval at "); i >= 0 {
		return i
	}
	depth := 0
	for i := len(line) - 1; i > 0; i-- {
		switch line[i] {
		case ')':
			depth++
		case '(':
			if depth--; depth == 0 && line[i-1] == ' ' {
				return i - 1
			}
		}
	}
	return strings.Index(line, " (")
}

// evalFrames reads "outer (url:1:2), <anonymous>:3:4": the code that eval made,
// and the place that called eval, which may itself be eval's.
func evalFrames(f evidence.Frame, rest string) []evidence.Frame {
	outer, inner := rest, ""
	if i := strings.LastIndex(rest, "), "); i >= 0 {
		outer, inner = rest[:i+1], rest[i+3:]
	}
	f.URL, f.Line, f.Column = place(inner)
	if f.URL == "<anonymous>" {
		f.URL = ""
	}
	return append([]evidence.Frame{f}, parseFrame(outer)...)
}

// place reads "url:line:column".
func place(s string) (url string, line, column int) {
	rest, column, ok := cutNumber(s)
	if !ok {
		return s, 0, 0
	}
	url, line, ok = cutNumber(rest)
	if !ok {
		return rest, column, 0
	}
	return url, line, column
}

func cutNumber(s string) (string, int, bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, 0, false
	}
	n, err := strconv.Atoi(s[i+1:])
	if err != nil || n < 0 {
		return s, 0, false
	}
	return s[:i], n, true
}
