package html

import (
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
)

const (
	dialogText    = 1200 // characters of a dialog that are shown
	maxButtonRows = 40
	maxToggleRows = 60
	maxShots      = 4 // pictures of layers
	maxWaysBack   = 12
	maxPolicies   = 12

	maxDialogLines = 25
)

type question struct {
	Intro    string
	None     string // said instead of everything else
	Facts    []fact
	Text     []string // lines
	Lang     string
	Shots    []picture
	Missing  []string // pictures that are only in the bundle
	Buttons  []button
	Toggles  []toggle
	Choices  []choice
	Ways     []wayBack
	NoWays   string
	Policies []policyLink
	More     string // toggles and buttons that are not shown
}

type button struct {
	Label, Does, Layer, Size, Look string
	Fill, Color                    string // "#rrggbb" or ""
	Role                           string
}

type toggle struct {
	Label, Purpose, Layer, Position string
	Tags                            []tag
}

type choice struct {
	Name, Clicks string
	Pressed      []string
	State        []string
	Class        string
	Record       string
}

type wayBack struct{ Label, Text string }

type policyLink struct{ Label, URL, Text string }

// colour is the form of a colour that may stand in an attribute.
var colour = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

// question fills what the site asks, with which buttons, and what they took.
func (m *maker) question(pictures map[string][]byte) {
	if !m.p.Measured || !m.r.LookedForDialog() {
		return
	}
	out := &question{Intro: m.t.T("question.intro")}
	found, looked := 0, 0
	for i := range m.r.Runs {
		if run := &m.r.Runs[i]; run.Measured && run.DialogNote == "" {
			looked++
			if run.Dialog.Found {
				found++
			}
		}
	}
	m.p.Question = out
	d, run := m.r.Question()
	if d == nil {
		out.None = m.t.T("question.none-long", "n", looked, "of", looked)
		return
	}
	if found < looked {
		out.Intro += " " + m.t.T("question.some-visits", "n", found, "of", looked)
	}
	m.dialogFacts(out, d, run)
	m.shots(out, d, pictures)
	m.buttons(out, d)
	for i := range m.r.Runs {
		if run := &m.r.Runs[i]; run.Measured && run.Scenario != evidence.None && (run.ChosenMS != nil || len(run.Presses) > 0 || run.Outcome != evidence.Done) {
			out.Choices = append(out.Choices, m.choice(run))
		}
	}
	m.waysBack(out)
}

func (m *maker) dialogFacts(out *question, d *reports.Dialog, run *reports.Run) {
	add := func(key, value string) { out.Facts = append(out.Facts, fact{m.t.T("question." + key), value}) }
	maker := clean.Short(d.CMP, shortText)
	if maker == "" {
		maker = m.t.T("question.maker-unknown")
	}
	add("maker", maker)
	add("found", m.t.T("question.sure", "by", m.t.Word("found-by", clean.Short(d.By, 20)), "n", percent(d.Certainty)))
	add("first", m.t.T("term.after", "time", m.t.Seconds(d.AtMS)))
	if d.Coverage > 0 {
		add("covers", m.t.T("question.covers-is", "n", percent(d.Coverage)))
	}
	page := m.t.T("question.page-free")
	if d.Blocking {
		page = m.t.T("question.page-blocked")
	} else if d.Scroll {
		page = m.t.T("question.page-no-scroll")
	}
	add("page", page)
	if d.Price != "" {
		add("cost", clean.Short(d.Price, shortText))
	}
	for line := range strings.SplitSeq(clean.Clip(d.Text, dialogText), "\n") {
		if line = clean.Short(line, dialogText); strings.TrimSpace(line) != "" && len(out.Text) < maxDialogLines {
			out.Text = append(out.Text, line)
		}
	}
	if language.MatchString(d.Language) {
		out.Lang = d.Language
	} else if len(run.Pages) > 0 && language.MatchString(run.Pages[0].Language) {
		out.Lang = run.Pages[0].Language
	}
}

func percent(share float64) int { return int(math.Round(100 * min(max(share, 0), 1))) }

// shots shows the layers as they were seen. A picture that is not there, or is
// none, is named.
func (m *maker) shots(out *question, d *reports.Dialog, pictures map[string][]byte) {
	for _, l := range d.Layers {
		if l.Shot == "" {
			continue
		}
		p := photograph(pictures[l.Shot])
		if p == nil || len(out.Shots) == maxShots {
			out.Missing = append(out.Missing, m.t.T("question.picture-missing", "n", l.Number, "file", clean.Short(l.Shot, shortText)))
			continue
		}
		p.Alt, p.Caption = m.t.T("question.picture-alt", "n", l.Number), m.t.T("question.picture", "n", l.Number)
		out.Shots = append(out.Shots, *p)
	}
	if len(out.Missing) > maxShots {
		out.Missing = out.Missing[:maxShots]
	}
}

func (m *maker) buttons(out *question, d *reports.Dialog) {
	for _, b := range d.Buttons[:min(len(d.Buttons), maxButtonRows)] {
		row := button{
			Label: clean.Short(b.Label, shortText), Does: m.t.Word("role", clean.Short(b.Role, 20)), Role: roleClass(b.Role),
			Layer: m.t.Number(b.Layer), Size: m.t.T("question.size", "w", max(b.Box[2], 0), "h", max(b.Box[3], 0)), Look: m.look(b),
		}
		if colour.MatchString(b.Fill) && b.Filled {
			row.Fill = b.Fill
		} else if colour.MatchString(b.Around) {
			row.Fill = b.Around
		}
		if colour.MatchString(b.Color) {
			row.Color = b.Color
		}
		out.Buttons = append(out.Buttons, row)
	}
	left := max(len(d.Buttons)-maxButtonRows, 0)
	for i, t := range d.Toggles {
		if i == maxToggleRows {
			left += len(d.Toggles) - maxToggleRows
			break
		}
		row := toggle{
			Label: clean.Short(t.Label, shortText), Layer: m.t.Number(t.Layer), Purpose: m.t.T("for.unknown"),
			Position: m.t.T("question." + map[bool]string{true: "on", false: "off"}[t.On]),
		}
		if t.Purpose != "" {
			row.Purpose = m.t.Word("purpose", clean.Short(t.Purpose, 40))
		}
		for _, tagged := range []struct {
			on  bool
			key string
		}{{t.Disabled, "fixed"}, {t.Vendor, "vendor"}, {t.Interest, "interest"}} {
			if tagged.on {
				row.Tags = append(row.Tags, tag{"plain", m.t.T("question." + tagged.key)})
			}
		}
		out.Toggles = append(out.Toggles, row)
	}
	out.More = m.more("more.rows", left)
}

// roleClass names the roles that the page marks.
func roleClass(role string) string {
	if role == evidence.RoleAccept || role == evidence.RoleReject {
		return role
	}
	return "other"
}

// look says in words how a button looks.
func (m *maker) look(b reports.Button) string {
	kind := "link"
	switch {
	case b.Icon:
		kind = "icon"
	case b.Filled:
		kind = "filled"
	case b.Outline:
		kind = "outline"
	case b.Inline:
		kind = "inline"
	}
	parts := []string{m.t.T("question." + kind)}
	if b.FontPx > 0 {
		parts[0] = m.t.T("question.look", "kind", parts[0], "px", m.t.Decimal(b.FontPx, 1))
	}
	if b.Weight >= 600 {
		parts = append(parts, m.t.T("question.bold"))
	}
	if b.Scrolled > 0 {
		parts = append(parts, m.t.T("question.scrolled", "n", b.Scrolled))
	}
	return strings.Join(parts, ", ")
}

// choice says how one run answered, and what the site made of it.
func (m *maker) choice(run *reports.Run) choice {
	out := choice{Name: m.t.T("state-long." + string(run.Scenario)), Clicks: m.t.Word("outcome", string(run.Outcome))}
	for _, label := range run.Pressed {
		out.Pressed = append(out.Pressed, clean.Short(label, shortText))
	}
	if run.ChosenMS == nil {
		return out
	}
	out.Clicks = m.t.N("question.n-clicks", len(run.Pressed))
	out.Record = m.t.T("question." + run.Record())
	out.Class = map[string]string{"verified": "clean", "contrary": "problem", "unread": "open"}[run.Record()]
	if run.ReadBy != "" {
		out.State = append(out.State, m.t.T("question.read-by", "reader", clean.Short(run.ReadBy, 60)))
	}
	if len(run.State) > 0 {
		out.State = append(out.State, m.categories(run.State))
	}
	out.State = append(out.State, m.t.T("question."+map[bool]string{true: "gone", false: "stayed"}[run.Gone]))
	if run.Back != "" {
		out.State = append(out.State, m.t.T("question.back-"+known(run.Back, "reload", "page")))
	}
	return out
}

// waysBack lists how the choice can be changed, and which statements are linked.
func (m *maker) waysBack(out *question) {
	seen := map[string]bool{}
	tried := false
	for i := range m.r.Runs {
		run := &m.r.Runs[i]
		tried = tried || run.Measured && run.ChosenMS != nil
		for _, c := range run.Controls {
			row := wayBack{clean.Short(c.Label, shortText), m.wayText(c)}
			if !seen[row.Label+"\x00"+row.Text] && len(out.Ways) < maxWaysBack {
				seen[row.Label+"\x00"+row.Text] = true
				out.Ways = append(out.Ways, row)
			}
		}
		for _, p := range run.Policies {
			where := m.t.Word("question.policy-where", clean.Short(p.Where, 20))
			if !p.Reachable {
				where += " (" + m.t.T("question.policy-covered") + ")"
			}
			m.policy(out, policyLink{clean.Short(p.Label, shortText), clean.Short(p.URL, longText), where})
		}
	}
	if len(out.Ways) == 0 && tried {
		out.NoWays = m.t.T("question.no-controls")
	}
}

// policy adds a link to a statement, or the place where it stands to one that is
// there.
func (m *maker) policy(out *question, link policyLink) {
	for i := range out.Policies {
		have := &out.Policies[i]
		if have.Label == link.Label && have.URL == link.URL {
			if !slices.Contains(strings.Split(have.Text, "; "), link.Text) {
				have.Text += "; " + link.Text
			}
			return
		}
	}
	if len(out.Policies) < maxPolicies {
		out.Policies = append(out.Policies, link)
	}
}

func (m *maker) wayText(c reports.Control) string {
	switch {
	case c.Browser:
		return m.t.T("question.control-browser")
	case c.Reopens == "yes":
		return m.t.T("question.control-reopens")
	case c.Reopens == "no":
		return m.t.T("question.control-not")
	}
	return m.t.T("question.control-open")
}
