package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/spoor-audit/spoor/cmd/internal/pipeline"
	"github.com/spoor-audit/spoor/crawler/mail"
)

// A target is one thing to audit.
type target struct {
	text    string
	host    string // of a site; of a saved visit, an e-mail or a page on disk the name of its file
	kind    targetKind
	message *mail.Message // of an e-mail, with the copies that were given
}

// A targetKind says what is done with a target.
type targetKind int

const (
	ofSaved targetKind = iota
	ofSite
	ofMail
	ofFile
)

func (t target) isSite() bool { return t.kind == ofSite }
func (t target) isMail() bool { return t.kind == ofMail }

// isPage reports whether nothing can be said of a target without a browser.
func (t target) isPage() bool { return t.kind == ofSite || t.kind == ofFile }

// maxTargets is the most targets of one command.
const maxTargets = 10000

// targets reads the arguments; "-" stands for the lines of stdin.
func (a *app) targets(args []string) ([]target, error) {
	var words []string
	for _, arg := range args {
		if arg != "-" {
			words = append(words, arg)
			continue
		}
		lines := bufio.NewScanner(io.LimitReader(a.stdin, 16<<20))
		for lines.Scan() && len(words) <= maxTargets {
			if line := strings.TrimSpace(lines.Text()); line != "" && !strings.HasPrefix(line, "#") {
				words = append(words, line)
			}
		}
		if err := lines.Err(); err != nil {
			return nil, wrongUse(fmt.Errorf("cannot read targets from stdin: %w", err))
		}
	}
	switch {
	case len(words) == 0:
		return nil, wrongUse(errors.New("there is nothing to audit"), "name a page: spoor audit https://shop.example")
	case len(words) > maxTargets:
		return nil, wrongUse(fmt.Errorf("there are more than %d targets", maxTargets))
	}
	list := make([]target, len(words))
	for i, word := range words {
		var err error
		if list[i], err = targetOf(word); err != nil {
			return nil, err
		}
	}
	return readMails(list)
}

// targetOf finds out what a word of the command line is.
func targetOf(word string) (target, error) {
	cannot := func(why string, hints ...string) (target, error) {
		return target{}, wrongUse(fmt.Errorf("cannot audit %q: %s", word, why), hints...)
	}
	if info, err := os.Stat(word); err == nil && !strings.Contains(word, "://") {
		name := strings.TrimSuffix(filepath.Base(word), filepath.Ext(word))
		switch ending := strings.ToLower(filepath.Ext(word)); {
		case info.IsDir():
			return cannot("it is a folder", `spoor check serves one: serve = "FOLDER" in spoor.toml ("spoor init FOLDER" writes that)`)
		case ending == ".zip":
			return target{text: word, host: name}, nil
		case ending == ".eml":
			return target{text: word, host: name, kind: ofMail}, nil
		case ending == ".html" || ending == ".htm":
			return target{text: word, host: name, kind: ofFile}, nil
		case pipeline.IsResult(word):
			return cannot("it is a result, which is judged already", "show it again: spoor report "+word)
		default:
			return cannot("it is a file, but not a saved visit (.zip), an e-mail (.eml) or a page (.html)")
		}
	}
	u, err := url.Parse(word)
	switch {
	case err != nil && strings.Contains(word, "://"):
		return cannot("it is not an address")
	case err != nil || u.Scheme == "" || u.Host == "" && !strings.Contains(word, "://"):
		return noScheme(word, cannot)
	case u.Scheme != "http" && u.Scheme != "https":
		return cannot(fmt.Sprintf("spoor visits http and https, not %q", u.Scheme))
	case u.Hostname() == "":
		return cannot("no host")
	case u.User != nil:
		return cannot("a name and password in the address would be recorded", "log in with --steps")
	}
	return target{text: word, host: u.Hostname(), kind: ofSite}, nil
}

// noScheme tells what is missing: a file, or "https://".
func noScheme(word string, cannot func(string, ...string) (target, error)) (target, error) {
	if ending := strings.ToLower(filepath.Ext(word)); ending == ".zip" || ending == ".eml" || (ending == ".html" || ending == ".htm") && !strings.Contains(word, "/") {
		return cannot("there is no such file")
	}
	guess := "https://" + word
	u, err := url.Parse(guess)
	if err != nil || u.Hostname() == "" || strings.ContainsAny(word, " \t") || !strings.Contains(u.Hostname(), ".") && u.Port() == "" && u.Hostname() != "localhost" {
		return cannot("it is neither an address nor a file")
	}
	return cannot("no scheme", "did you mean "+guess+" ?")
}

// savedTarget finds out what a saved file is, for commands that visit nothing.
func savedTarget(word string) (target, error) {
	info, err := os.Stat(word)
	bundle := strings.EqualFold(filepath.Ext(word), pipeline.Bundle.Ending())
	switch {
	case err != nil && strings.Contains(word, "://"):
		return target{}, wrongUse(fmt.Errorf("cannot read %q: %w", word, errNotSaved), "visit it first: spoor audit "+word)
	case err != nil:
		return target{}, wrongUse(fmt.Errorf("cannot read %q: there is no such file", word))
	case !info.Mode().IsRegular() || !bundle && !pipeline.IsResult(word):
		return target{}, wrongUse(fmt.Errorf("cannot read %q: %w", word, errNotSaved))
	}
	return target{text: word, host: strings.TrimSuffix(filepath.Base(word), filepath.Ext(word))}, nil
}
