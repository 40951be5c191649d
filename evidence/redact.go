package evidence

import (
	"encoding/json"
	"net/url"
	"reflect"
	"strings"
	"unicode"
)

// Rules says what [Redact] takes out of a record before it is shown to others.
type Rules struct {
	// Values cuts what sites kept about the visitor: cookie and storage values,
	// wherever they occur, also inside URLs and bodies.
	Values bool
	// Payloads cuts what was sent: values of URL parameters, request bodies,
	// messages on sockets.
	Payloads bool
	// Calls cuts arguments and results of calls, which may describe the machine
	// on which the visit was made.
	Calls bool
	// Secrets are further strings to cut wherever they occur: passwords, names,
	// addresses.
	Secrets []string
}

// Redact returns a copy of the record in which identifying values are cut as
// [Cut] does, so that equal values are still seen to be equal. The given record
// is not changed. Hosts, paths, names and times stay, unless a path holds one
// of the values. Pictures are not part of the record and must be dealt with
// apart.
func Redact(v *Visit, rules Rules) *Visit {
	if v == nil {
		return nil
	}
	r := &redactor{rules: rules, tokens: map[string]bool{}}
	if rules.Values {
		r.collect(v)
	}
	return r.copyOf(reflect.ValueOf(v), "").Interface().(*Visit)
}

type redactor struct {
	rules  Rules
	tokens map[string]bool // parts of identifying values, to be cut wherever they stand
}

// collect gathers the values that identify. Of each value, the parts are looked
// for and not the whole, because scripts send "1234567890.1700000000" of a
// cookie "GA1.2.1234567890.1700000000".
func (r *redactor) collect(v *Visit) {
	runs := v.Runs[:len(v.Runs):len(v.Runs)]
	if v.Ordinary != nil {
		runs = append(runs, v.Ordinary.Run)
	}
	for i := range runs {
		run := &runs[i]
		r.addStored(run.Cookies, run.Storage, run.Requests)
		for _, back := range run.Returns {
			r.addStored(back.Cookies, back.Storage, back.Requests)
		}
	}
	drop := func(t string) { delete(r.tokens, t) }
	// Names of hosts are facts, not identifiers, even when a cookie holds one. What
	// spoor typed is nobody's, and shows where it went.
	for i := range runs {
		for _, t := range runs[i].Typed {
			for _, text := range []string{t.Value, strings.ToLower(t.Value), strings.ToUpper(t.Value)} {
				eachToken(text, drop)
			}
		}
		for _, q := range runs[i].Requests {
			eachToken(q.URL[:pathStart(q.URL)], drop)
		}
		for _, s := range runs[i].Sockets {
			eachToken(s.URL[:pathStart(s.URL)], drop)
		}
	}
}

func (r *redactor) addStored(cookies []Cookie, items []StorageItem, requests []Request) {
	for _, c := range cookies {
		r.addValue(c.Value)
		for _, w := range c.Writes {
			r.addValue(valueOfSetCookie(w.Raw))
		}
	}
	for _, s := range items {
		r.addValue(s.Value)
	}
	for _, q := range requests {
		for _, c := range sentCookies(q.Headers) {
			r.addValue(c.Value)
		}
		for _, c := range setCookies(q.Answer) {
			r.addValue(c.Value)
		}
		for _, f := range q.CookiesRefused {
			r.addValue(valueOfSetCookie(f.Line))
		}
	}
}

func (r *redactor) addValue(value string) {
	add := func(t string) {
		// Words without a digit are rarely identifiers, and cutting "checkout"
		// in every path would make the record useless.
		if len(t) > cutLength && strings.ContainsAny(t, "0123456789") && !isCut(t) {
			r.tokens[t] = true
		}
	}
	if isCut(value) {
		return
	}
	eachToken(value, add)
	eachToken(unescape(value), add)
	eachToken(url.QueryEscape(value), add)
}

// eachToken calls f with every longest run of letters, digits, "-" and "_".
func eachToken(s string, f func(string)) {
	for t := range strings.FieldsFuncSeq(s, func(c rune) bool { return !inToken(c) }) {
		f(t)
	}
}

func inToken(c rune) bool {
	return c == '-' || c == '_' || unicode.IsLetter(c) || unicode.IsDigit(c)
}

// kept lists fields of type string that hold the project's own words, never
// text of a page.
var kept = map[string]bool{
	"Visit.Format": true, "Subject.Kind": true, "Subject.Device": true, "Subject.Lang": true,
	"Tools.Spoor": true, "Tools.Chrome": true, "Tools.BrowserMode": true, "Tools.Probes": true,
	"Tools.ThirdPartyCookies": true, "Tools.Differs": true, "Run.Reason": true, "Page.Settled": true,
	"Page.Error": true, "Target.Kind": true, "Event.Kind": true, "Shot.Name": true, "Shot.What": true,
	"Script.Kind": true, "Script.Digest": true, "Call.API": true, "Object.Kind": true, "Value.Digest": true,
	"Target.Missing": true, "Initiator.Kind": true, "Request.Kind": true, "Request.BodyDigest": true, "Request.AnswerDigest": true,
	"Request.Protocol": true, "Refused.Direction": true, "Refused.Reasons": true, "Cookie.SameSite": true,
	"Cookie.State": true, "Cookie.Reasons": true, "CookieWrite.Kind": true, "CookieWrite.Refused": true,
	"StorageItem.Kind": true, "StorageItem.Digest": true,
	"Dialog.By": true, "Button.Role": true, "Button.Tag": true, "Button.Fill": true, "Button.Color": true, "Button.Around": true,
	"Toggle.Purpose": true, "Layer.Shot": true, "Press.Role": true, "Choice.By": true, "Choice.Back": true, "Signal.Kind": true,
	"Signal.Source": true, "Signal.Method": true, "Paper.Kind": true, "Paper.Where": true, "Paper.Digest": true, "Paper.Error": true,
	"Return.Cleared": true, "Return.Kept": true, "Return.Skipped": true,
	"PolicyLink.Where": true, "Form.Purpose": true, "Field.Type": true, "Field.Asks": true,
	"MailImage.As": true, "Mail.Dropped": true, "Mail.Limits": true,
	"Typed.Form": true, "Typed.Type": true, "Typed.Asks": true, "Typed.Value": true,
}

// copyOf returns a deep copy of a value with every text redacted. In names the
// field in which the value stands, "Type.Field".
func (r *redactor) copyOf(v reflect.Value, in string) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(r.copyOf(v.Elem(), in))
		}
	case reflect.Slice:
		if raw, ok := v.Interface().(json.RawMessage); ok {
			out.SetBytes(r.json(raw, in))
			break
		}
		if !v.IsNil() {
			out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
			for i := range v.Len() {
				out.Index(i).Set(r.copyOf(v.Index(i), in))
			}
		}
	case reflect.Struct:
		out.Set(v)
		if h, ok := out.Addr().Interface().(*Header); ok {
			h.Name, h.Value = r.known(r.hide(h.Name)), r.known(r.header(h.Name, r.hide(h.Value)))
			break
		}
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				out.Field(i).Set(r.copyOf(v.Field(i), v.Type().Name()+"."+f.Name))
			}
		}
	case reflect.String:
		out.Set(v)
		// IDs, scenarios and the like have types of their own and stay.
		if v.Type() == reflect.TypeFor[string]() && !kept[in] {
			out.SetString(r.text(v.String(), in))
		}
	default:
		out.Set(v)
	}
	return out
}

// text redacts the text of one field.
func (r *redactor) text(s, in string) string {
	s = r.hide(s)
	switch in {
	case "Cookie.Value", "StorageItem.Value":
		if r.rules.Values {
			return Cut(s)
		}
	case "CookieWrite.Raw", "Refused.Line":
		if r.rules.Values {
			s = cutSetCookie(s)
		}
	case "Request.Body", "SocketFrame.Text":
		if r.rules.Payloads {
			return Cut(s)
		}
	case "Call.Args", "Value.Text":
		if r.rules.Calls {
			return Cut(s)
		}
	}
	if r.rules.Payloads && strings.Contains(s, "://") && strings.Contains(s, "?") {
		s = cutQuery(s)
	}
	return r.known(s)
}

// json redacts what stands in a piece of JSON as the page gave it. Where cutting
// breaks its form, nothing of it is left.
func (r *redactor) json(raw json.RawMessage, in string) json.RawMessage {
	if raw == nil {
		return nil
	}
	out := json.RawMessage(r.text(string(raw), in))
	if json.Valid(raw) && !json.Valid(out) {
		return json.RawMessage("null")
	}
	return out
}

// header redacts the value of a header line that carries identifiers by its
// nature.
func (r *redactor) header(name, value string) string {
	if !r.rules.Values {
		return value
	}
	switch strings.ToLower(name) {
	case "cookie":
		pairs := strings.Split(value, ";")
		for i, pair := range pairs {
			if name, value, ok := strings.Cut(pair, "="); ok {
				pairs[i] = name + "=" + Cut(value)
			} else {
				pairs[i] = Cut(pair)
			}
		}
		return strings.Join(pairs, ";")
	case "set-cookie":
		return cutSetCookie(value)
	case "authorization", "proxy-authorization":
		return Cut(value)
	}
	return value
}

// hide takes the secrets out of a text. Only a digest is left of each, since a
// password of eight characters would stay whole under Cut.
func (r *redactor) hide(s string) string {
	for _, secret := range r.rules.Secrets {
		if secret != "" {
			s = strings.ReplaceAll(s, secret, "~"+Digest([]byte(secret))[len("sha256:"):][:cutDigest])
		}
	}
	return s
}

// known cuts the identifying values that stand in a text.
func (r *redactor) known(s string) string {
	if len(r.tokens) == 0 {
		return s
	}
	var b strings.Builder
	start := -1
	flush := func(end int) {
		if start >= 0 {
			if t := s[start:end]; r.tokens[t] {
				b.WriteString(Cut(t))
			} else {
				b.WriteString(t)
			}
			start = -1
		}
	}
	for i, c := range s {
		if inToken(c) {
			if start < 0 {
				start = i
			}
			continue
		}
		flush(i)
		b.WriteRune(c)
	}
	flush(len(s))
	return b.String()
}

func valueOfSetCookie(line string) string {
	pair, _, _ := strings.Cut(line, ";")
	_, value, _ := strings.Cut(pair, "=")
	return strings.TrimSpace(value)
}

// cutSetCookie cuts the value in a Set-Cookie line and leaves its attributes.
func cutSetCookie(line string) string {
	pair, rest, more := strings.Cut(line, ";")
	name, value, ok := strings.Cut(pair, "=")
	if !ok {
		return line
	}
	line = name + "=" + Cut(value)
	if more {
		line += ";" + rest
	}
	return line
}

// cutQuery cuts the values of the parameters of a URL.
func cutQuery(s string) string {
	before, rest, _ := strings.Cut(s, "?")
	query, fragment, hasFragment := strings.Cut(rest, "#")
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		if name, value, ok := strings.Cut(pair, "="); ok {
			pairs[i] = name + "=" + Cut(value)
		} else {
			pairs[i] = Cut(pair)
		}
	}
	s = before + "?" + strings.Join(pairs, "&")
	if hasFragment {
		s += "#" + Cut(fragment)
	}
	return s
}

// pathStart returns where scheme and host of a URL end.
func pathStart(s string) int {
	at := strings.Index(s, "://")
	if at < 0 {
		return 0
	}
	at += len("://")
	if end := strings.IndexAny(s[at:], "/?#"); end >= 0 {
		return at + end
	}
	return len(s)
}
