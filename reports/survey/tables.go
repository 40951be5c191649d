package survey

import "strings"

// A Kind is the type of a column.
type Kind int

// The kinds. A cell that is nil is not known.
const (
	Text Kind = iota
	Integer
	Real
	Bool
)

// A Column is one column of a table.
type Column struct {
	Name string
	Kind Kind
}

// A Table is one list of a survey.
type Table struct {
	Name    string
	Columns []Column
	// Key is set if rows are looked up by the first column.
	Key bool
}

// Places of tables in [Tables].
const (
	tableSites = iota
	tableVisits
	tableReceivers
	tableFindings
	tableChecks
	tableCookies
	tableCalls
	tableGaps
	tableCompanies
	tableGroups
	tableRanking
	tableTechniques
	tableChecksTotal
	tableMakers
	tablePresses
	tableStates
	tableWeights
	tableCount
)

func columns(kind Kind, names ...string) []Column {
	out := make([]Column, len(names))
	for i, name := range names {
		out[i] = Column{name, kind}
	}
	return out
}

// join puts lists of columns together.
func join(lists ...[]Column) []Column {
	var out []Column
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

// Tables lists the tables of a survey whose list has the labels that are named. Names
// of tables and columns are stable and the same in every language. Labels are columns
// of every table that has rows about sites; one that has the name of another column
// gets "label_" in front.
func Tables(labels []string) []Table {
	keys := columns(Text, "site", "step")
	keys = append(keys, Column{"visit", Integer})
	of := func(name string, lists ...[]Column) Table {
		return withLabels(Table{Name: name, Columns: join(append([][]Column{keys}, lists...)...)}, labels, len(keys))
	}
	out := make([]Table, tableCount)
	out[tableSites] = sitesTable(labels)
	out[tableVisits] = of("visits", columns(Text, "state", "reason", "outcome", "outcome_reason"), columns(Bool, "measured"),
		columns(Integer, "requests", "bytes", "pages"), columns(Text, "record", "started"), columns(Integer, "took_ms"),
		columns(Text, "vantage", "device", "lang", "chrome", "spoor", "signatures"), columns(Integer, "attempts"), columns(Text, "evidence", "sha256"))
	out[tableReceivers] = of("receivers", columns(Text, "domain", "company", "company_country", "purpose"), columns(Bool, "tracker"),
		columns(Text, "certainty"), columns(Integer, "requests", "requests_before", "requests_after", "first_ms"), columns(Text, "loaded_by"),
		columns(Integer, "cookies_sent", "identifiers_sent"))
	out[tableFindings] = of("findings", columns(Text, "state", "detector", "key", "company", "severity", "certainty", "sentence", "evidence"))
	out[tableChecks] = of("checks", columns(Text, "check", "group", "outcome", "severity"), columns(Integer, "points"), columns(Text, "reason"))
	out[tableCookies] = of("cookies", columns(Text, "state", "kind", "name", "domain", "company", "purpose"), columns(Bool, "third_party", "identifying", "blocked", "session"),
		columns(Real, "lifetime_days"), columns(Text, "set_by"), columns(Integer, "first_ms"))
	out[tableCalls] = of("calls", columns(Text, "api", "script_domain", "company"), columns(Integer, "count"), columns(Bool, "at_least"), columns(Integer, "first_ms"))
	out[tableGaps] = of("gaps", columns(Text, "kind", "where", "why"), columns(Bool, "whole"))
	totalTables(out)
	return out
}

// totalTables fills the tables that hold numbers of the whole survey.
func totalTables(out []Table) {
	share := func(prefix string) []Column {
		return join(columns(Integer, prefix+"_sites", prefix+"_all_visits", prefix+"_of"), columns(Real, prefix+"_share", prefix+"_low", prefix+"_high"))
	}
	shares := join(share("before"), share("rejected"), share("accepted"))
	out[tableCompanies] = Table{Name: "companies", Key: true, Columns: join(columns(Text, "company"), columns(Bool, "known"), columns(Text, "country", "purpose"),
		columns(Bool, "tracker"), columns(Integer, "sites"), shares, columns(Text, "techniques"))}
	out[tableGroups] = Table{Name: "groups", Columns: join(columns(Text, "label", "group", "company", "state"), columns(Integer, "sites", "of"), columns(Real, "share", "low", "high"))}
	out[tableRanking] = Table{Name: "ranking", Key: true, Columns: join(columns(Text, "site"), columns(Integer, "rank", "ties"), columns(Text, "number"), columns(Integer, "value"), columns(Text, "evidence"))}
	out[tableTechniques] = Table{Name: "techniques", Key: true, Columns: join(columns(Text, "detector", "severity"), shares)}
	out[tableChecksTotal] = Table{Name: "check_totals", Key: true, Columns: join(columns(Text, "check", "group", "severity"),
		columns(Integer, "fail", "warn", "pass", "not_applicable", "unknown", "of"), columns(Real, "fail_share", "fail_low", "fail_high"))}
	out[tableMakers] = Table{Name: "makers", Key: true, Columns: join(columns(Text, "maker"), columns(Integer, "sites", "first_layer", "no_refusal", "pays", "trackers_before", "refused", "no_fewer_after"))}
	out[tablePresses] = Table{Name: "presses", Columns: columns(Integer, "presses_accept", "presses_reject", "sites")}
	out[tableStates] = Table{Name: "states", Columns: join(columns(Text, "state"), columns(Bool, "measured"), columns(Text, "reason"), columns(Integer, "sites"))}
	out[tableWeights] = Table{Name: "weights", Columns: join(columns(Text, "group"), columns(Real, "factor"), columns(Integer, "grades_changed", "of"),
		columns(Real, "share", "kendall_tau"), columns(Integer, "places_moved_median", "places_moved_most"))}
}

func sitesTable(labels []string) Table {
	t := Table{Name: "sites", Key: true, Columns: join(columns(Text, "site", "state", "reason"), columns(Integer, "visits", "visits_measured"),
		columns(Text, "url", "final_url", "title"), columns(Bool, "banner_found"), columns(Text, "dialog_maker"), columns(Bool, "reject_first_layer"),
		columns(Integer, "presses_reject", "presses_accept"), columns(Bool, "pay_or_accept"), columns(Text, "grade"), columns(Integer, "score_low", "score_high"))}
	for _, kind := range kinds {
		for _, word := range stateWords {
			t.Columns = append(t.Columns, Column{kind + "_" + word, Integer})
			if kind != "exposure" {
				t.Columns = append(t.Columns, Column{kind + "_" + word + "_all_visits", Integer})
			}
		}
	}
	for _, word := range stateWords {
		t.Columns = append(t.Columns, Column{"unmeasured_" + word, Text})
	}
	t.Columns = append(t.Columns, columns(Text, "evidence")...)
	return withLabels(t, labels, 1)
}

// withLabels puts the columns of labels in at a place.
func withLabels(t Table, labels []string, at int) Table {
	taken := map[string]bool{}
	for _, c := range t.Columns {
		taken[strings.ToLower(c.Name)] = true
	}
	var own []Column
	for _, label := range labels {
		name := label
		for taken[strings.ToLower(name)] || name == "" {
			name = "label_" + name
		}
		taken[strings.ToLower(name)] = true
		own = append(own, Column{name, Text})
	}
	t.Columns = join(t.Columns[:at:at], own, t.Columns[at:])
	return t
}
