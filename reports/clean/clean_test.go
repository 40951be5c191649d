package clean_test

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/spoor-audit/spoor/reports/clean"
)

func TestLine(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain text stays", "Hotjar, session recording", "Hotjar, session recording"},
		{"letters of all scripts stay", "één ΑΒΓ 日本 नमस्ते", "één ΑΒΓ 日本 नमस्ते"},
		{"emoji with joiner stays", "👩\u200d💻", "👩\u200d💻"},
		{"ANSI colour", "\x1b[31mred\x1b[0m", `\x1b[31mred\x1b[0m`},
		{"one-byte CSI", "a\u009b31mb", `a\u{9b}31mb`},
		{"NUL and bell", "a\x00b\ac", `a\x00b\x07c`},
		{"backspace", "safe\b\b\b\bevil", `safe\x08\x08\x08\x08evil`},
		{"delete", "a\x7fb", `a\x7fb`},
		{"bidi override", "gpj.\u202eexe", `gpj.\u{202e}exe`},
		{"bidi isolate", "a\u2066b\u2069", `a\u{2066}b\u{2069}`},
		{"zero-width space", "pay\u200bpal", `pay\u{200b}pal`},
		{"tag characters", "a\U000e0041", `a\u{e0041}`},
		{"hangul filler", "a\u3164b", `a\u{3164}b`},
		{"private use", "\ue000", `\u{e000}`},
		{"not UTF-8", "a\xff\xfeb", `a\xff\xfeb`},
		{"cut UTF-8", "a\xe2\x82", `a\xe2\x82`},
		{"line breaks and tabs are one blank", "a\r\n\t b", "a b"},
		{"line separators are blanks", "a\u2028b\u2029c", "a b c"},
		{"next line is a control character", "a\u0085b", `a\u{85}b`},
		{"noncharacter", "a\ufffeb", `a\u{fffe}b`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := clean.Line(c.in); got != c.want {
				t.Errorf("Line(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestASCII(t *testing.T) {
	if got, want := clean.ASCII("één\x1b 日"), `??n\x1b ?`; got != want {
		t.Errorf("ASCII = %q, want %q", got, want)
	}
}

func TestClipAndShort(t *testing.T) {
	if got := clean.Clip("één twee", 5); got != "één …" {
		t.Errorf("Clip = %q", got)
	}
	if got := clean.Clip("kort", 4); got != "kort" {
		t.Errorf("Clip = %q", got)
	}
	if got := clean.Clip("kort", 0); got != "" {
		t.Errorf("Clip to nothing = %q", got)
	}
	long := strings.Repeat("x", 1<<20)
	if got := clean.Short(long, 10); got != "xxxxxxxxx…" {
		t.Errorf("Short = %q", got)
	}
	spaces := strings.Repeat(" ", 1<<20) + "end"
	if got := clean.Short(spaces, 10); !strings.HasSuffix(got, "…") {
		t.Errorf("Short of blanks hides that text was left out: %q", got)
	}
	if got := clean.Short("\x1b[2J", 40); got != `\x1b[2J` {
		t.Errorf("Short = %q", got)
	}
}

func TestCSV(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"plain", "plain"},
		{"=1+2", "'=1+2"},
		{"@SUM(A1)", "'@SUM(A1)"},
		{"-2+3", "'-2+3"},
		{"+31 20", "'+31 20"},
		{"\t=1", "' =1"},
		{"＝1", "'＝1"},
		{`"=1`, `'"=1`},
		{"a=b", "a=b"},
		{"two\nlines", "two lines"},
	} {
		if got := clean.CSV(c.in); got != c.want {
			t.Errorf("CSV(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestMarkdown(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"plain", "plain"},
		{"| cell", `\| cell`},
		{"<img src=x>", `\<img src=x\>`},
		{"[a](b)", `\[a\](b)`},
		{"`code`", "\\`code\\`"},
		{"@someone", "@\u200bsomeone"},
		{"#12", "\\#\u200b12"},
		{"https://a.test or WWW.a.test", `https\://a.test or WWW\.a.test`},
		{"- a", `\- a`}, {"1. a - 2. b", `1\. a - 2. b`}, {" + a", ` \+ a`}, {"=", `\=`}, {"12) a", `12\) a`},
		{"a\n\n# title", "a \\#\u200b title"},
		{"GH-12, gh-1 and gh-x", "GH\u200b-12, gh\u200b-1 and gh-x"},
	} {
		if got := clean.Markdown(c.in); got != c.want {
			t.Errorf("Markdown(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestSARIF(t *testing.T) {
	for in, want := range map[string]string{
		"[here](https://a.test)": `\[here\](https://a.test)`, `a\b`: `a\\b`, "{0} {x}": "{{0}} {{x}}", "a\x1bb\nc": `a\\x1bb c`,
	} {
		if got := clean.SARIF(in); got != want {
			t.Errorf("SARIF(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestGitHub(t *testing.T) {
	if got, want := clean.GitHub("100%\nnext\x1b[0m"), `100%25%0Anext\x1b[0m`; got != want {
		t.Errorf("GitHub = %q, want %q", got, want)
	}
	if got, want := clean.GitHubProperty("a,b:c\nd"), "a%2Cb%3Ac d"; got != want {
		t.Errorf("GitHubProperty = %q, want %q", got, want)
	}
}

// harmless fails when text could act on a terminal.
func harmless(t *testing.T, what, s string) {
	t.Helper()
	if !utf8.ValidString(s) {
		t.Fatalf("%s: not UTF-8: %q", what, s)
	}
	for _, r := range s {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			t.Fatalf("%s: holds %U: %q", what, r, s)
		}
	}
}

func FuzzLine(f *testing.F) {
	for _, s := range []string{"", "a b", "\x1b]0;title\a", "\u202eabc", "\xff", "a\u0300\u0301", "\r\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := clean.Line(s)
		harmless(t, "Line", got)
		if again := clean.Line(got); again != got {
			t.Fatalf("Line is not stable: %q, then %q", got, again)
		}
		harmless(t, "ASCII", clean.ASCII(s))
		short := clean.Short(s, 20)
		harmless(t, "Short", short)
		if n := utf8.RuneCountInString(short); n > 20 {
			t.Fatalf("Short gave %d characters", n)
		}
	})
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"=1", "a,b", "\"", "\n=1", "-1", "\ufeff=1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := clean.CSV(s)
		harmless(t, "CSV", got)
		if got != "" && strings.ContainsAny(got[:1], "=+-@\t\r") {
			t.Fatalf("CSV(%q) = %q begins as a formula", s, got)
		}
		var b strings.Builder
		w := csv.NewWriter(&b)
		if err := w.Write([]string{got, "next"}); err != nil {
			t.Fatal(err)
		}
		w.Flush()
		row, err := csv.NewReader(strings.NewReader(b.String())).Read()
		if err != nil || len(row) != 2 || row[0] != got {
			t.Fatalf("CSV(%q) does not come back: %q, %v", s, row, err)
		}
	})
}

func FuzzMarkdown(f *testing.F) {
	for _, s := range []string{"<b>", "[x](javascript:y)", "@a #1", "a|b", "\\", "&lt;", "http://www.a.test", "-", "GH-1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := clean.Markdown(s)
		if strings.ContainsAny(got, "\n\r") {
			t.Fatalf("Markdown(%q) has a line break", s)
		}
		escaped := false
		for _, r := range got {
			if escaped {
				escaped = false
				continue
			}
			if r == '\\' {
				escaped = true
				continue
			}
			if strings.ContainsRune("`*_[]<>|&~#$", r) {
				t.Fatalf("Markdown(%q) = %q leaves %q alive", s, got, r)
			}
		}
		if escaped {
			t.Fatalf("Markdown(%q) = %q ends in an open escape", s, got)
		}
		if low := strings.ToLower(got); strings.Contains(low, "://") && !strings.Contains(low, `\://`) || strings.Contains(low, "www.") || strings.Contains(low, "gh-1") {
			t.Fatalf("Markdown(%q) = %q holds a link", s, got)
		}
		if trimmed := strings.TrimLeft(got, " "); trimmed != "" && strings.ContainsAny(trimmed[:1], "-+=#>") {
			t.Fatalf("Markdown(%q) = %q begins a block", s, got)
		}
	})
}

func FuzzJSON(f *testing.F) {
	for _, s := range []string{"plain", "\u202e", "\u009b31m", "\U000e0041", "\u2028", "\xff", `"\`, "\x7f"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		doc, err := json.Marshal(strings.ToValidUTF8(s, "?"))
		if err != nil {
			t.Fatal(err)
		}
		got := clean.JSON(doc)
		harmless(t, "JSON", string(got))
		var before, after string
		if err := json.Unmarshal(doc, &before); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(got, &after); err != nil || before != after {
			t.Fatalf("JSON(%q) = %q changed the meaning: %v", doc, got, err)
		}
	})
}

func FuzzGitHub(f *testing.F) {
	for _, s := range []string{"a\n::error::b", "%0A", "a,b::c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		harmless(t, "GitHub", clean.GitHub(s))
		property := clean.GitHubProperty(s)
		harmless(t, "GitHubProperty", property)
		if strings.ContainsAny(property, ":,") {
			t.Fatalf("GitHubProperty(%q) = %q can end early", s, property)
		}
	})
}
