package survey

// About says what a survey is, beside its numbers.
type About struct {
	Name    string // of the list
	Digest  string // SHA-256 of the list, hex
	Spoor   string // version that reports
	Judged  string // version of the signatures that all visits were judged with
	Created string // RFC 3339
	Labels  []string
	Asked   []string // scenarios of each visit
	Repeat  int
	Options [][2]string // of the visits: name and value
	// Commands repeat the survey and its report.
	Commands []string
	// Files is the folder of the tables as seen from the report.
	Files string
	// Others are surveys to compare with, in the order of time.
	Others []Other
}

// An Other is another survey.
type Other struct {
	Name   string
	Totals *Totals
}

// A Change compares a survey with an earlier one on the sites that both measured.
type Change struct {
	Sites              int // on which the state was measured in both
	Fewer, Same, More  int // companies in the later one
	MeanThen, MeanNow  float64
	State              string
	GradesBoth, Better int // sites with a grade in both; and with a better one now
	Worse              int
}

// Compare compares two surveys whose briefs were kept.
func Compare(then, now *Totals) [states]Change {
	var out [states]Change
	letters := GradeLetters()
	place := func(b byte) int {
		for i, l := range letters {
			if l[0] == b && l != insufficient {
				return i
			}
		}
		return -1
	}
	var sums [states][2]int
	for key, a := range then.Briefs {
		b, both := now.Briefs[key]
		if !both {
			continue
		}
		for at := range states {
			x, y := int(a.Companies[at]), int(b.Companies[at])
			if x < 0 || y < 0 {
				continue
			}
			c := &out[at]
			c.Sites++
			sums[at][0] += x
			sums[at][1] += y
			switch {
			case y < x:
				c.Fewer++
			case y > x:
				c.More++
			default:
				c.Same++
			}
		}
		if x, y := place(a.Grade), place(b.Grade); x >= 0 && y >= 0 {
			out[0].GradesBoth++
			out[0].Better += b2i(y < x)
			out[0].Worse += b2i(y > x)
		}
	}
	for at, id := range States() {
		out[at].State = id
		if n := out[at].Sites; n > 0 {
			out[at].MeanThen, out[at].MeanNow = float64(sums[at][0])/float64(n), float64(sums[at][1])/float64(n)
		}
	}
	return out
}
