package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spoor-audit/spoor/crawler/mail"
)

// readMails reads the e-mails among the targets. Copies of one mailing become one
// target: what differs between them belongs to their recipients.
func readMails(list []target) ([]target, error) {
	var out []target
	for _, t := range list {
		if !t.isMail() {
			out = append(out, t)
			continue
		}
		m, err := readMail(t.text)
		if err != nil {
			return nil, wrongUse(fmt.Errorf("cannot audit %q: %w", t.text, err))
		}
		t.message = m
		joined, err := joinCopy(out, t)
		if err != nil {
			return nil, err
		}
		if !joined {
			out = append(out, t)
		}
	}
	return out, nil
}

func readMail(path string) (*mail.Message, error) {
	f, err := os.Open(path) //nolint:gosec // The user names the file.
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // Nothing is written.
	m, err := mail.Read(f, filepath.Base(path))
	if errors.Is(err, mail.ErrNoMail) {
		return nil, errors.New(err.Error()[strings.Index(err.Error(), mail.ErrNoMail.Error()):])
	}
	return m, err
}

// joinCopy adds a message to the target that it is a further copy of, if any.
func joinCopy(list []target, t target) (joined bool, err error) {
	for i := range list {
		first := list[i].message
		if first == nil {
			continue
		}
		switch mail.Relate(&first.Mail, &t.message.Mail) {
		case mail.Copies:
			first.Add(t.message)
			return true, nil
		case mail.Same:
			return false, wrongUse(fmt.Errorf("%q and %q are the same copy of a message: there is nothing to compare", list[i].text, t.text),
				"give copies that two recipients got")
		}
	}
	return false, nil
}

// mailsApart says of two messages that were perhaps meant to be compared that they
// are not; "" where there is nothing to say.
func mailsApart(list []target) string {
	var names []string
	for _, t := range list {
		if t.isMail() {
			names = append(names, t.text)
		}
	}
	if len(names) != 2 {
		return ""
	}
	return fmt.Sprintf("%s and %s are no copies of one mailing (sender, subject or date differ), so each is judged by itself", names[0], names[1])
}
