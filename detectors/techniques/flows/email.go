package flows

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/spoor-audit/spoor/detectors/addresses"
	"github.com/spoor-audit/spoor/detectors/codes"
)

// emailForm is the form of addresses as people have them. What RFC 5322 allows
// beyond it nobody uses, and other texts look like it.
var emailForm = regexp.MustCompile(`[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.){1,6}[A-Za-z]{2,24}`)

// reserved are the endings of names that belong to nobody (RFC 2606).
var reserved = []string{"test", "example", "invalid"}

// emailsIn lists the e-mail addresses in a text, in lower case, each once. Versions
// of files ("lib@1.2.0.min.js") and users of an address ("https://key@host") are none.
func emailsIn(text string) []string {
	if !strings.Contains(text, "@") {
		return nil
	}
	var out []string
	for _, at := range emailForm.FindAllStringIndex(text, 20) {
		email := strings.ToLower(text[at[0]:at[1]])
		if before := text[:at[0]]; strings.HasSuffix(before, "//") || strings.HasSuffix(before, "@") {
			continue
		}
		if rest := text[at[1]:]; rest != "" && (rest[0] == '@' || codes.IsDigit(rest[0])) {
			continue
		}
		_, domain, _ := strings.Cut(email, "@")
		if isMailDomain(domain) && !slices.Contains(out, email) {
			out = append(out, email)
		}
	}
	return out
}

// isMailDomain reports whether a domain can have addresses: it ends in one that is
// there, and its name is no number.
func isMailDomain(domain string) bool {
	suffix, listed := publicsuffix.PublicSuffix(domain)
	if !listed && !slices.Contains(reserved, suffix) {
		return false
	}
	name := strings.TrimSuffix(domain, "."+suffix)
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		name = name[i+1:]
	}
	return name != "" && name != domain && strings.Trim(name, "0123456789-") != ""
}

// impersonal reports whether an address stands for a task or a machine and not for
// a person, or is one of the site itself.
func impersonal(email, site string) bool {
	a := addresses.Known()
	local, domain, _ := strings.Cut(email, "@")
	local, _, _ = strings.Cut(local, "+")
	return a.Roles[local] || addresses.Below(domain, site) || slices.ContainsFunc(a.Calendars, func(d string) bool { return addresses.Below(domain, d) || strings.HasSuffix(domain, d) })
}
