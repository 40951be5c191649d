package fingerprint

import (
	"slices"
	"strings"

	"github.com/spoor-audit/spoor/detectors"
)

// Signs are IDs of signs.yaml that apply to a reading.
type signs []string

// add adds a sign if it applies.
func (s *signs) add(id string, applies bool) {
	if applies {
		*s = append(*s, id)
	}
}

func (s signs) String() string {
	list := slices.Clone(s)
	slices.Sort(list)
	return strings.Join(list, ", ")
}

// weigh adds up the points of signs and says whether they are enough, and how
// sure that is.
func (s scale) weigh(list signs) (points int, sure detectors.Certainty, enough bool) {
	for _, id := range list {
		points += s.Signs[id].Points
	}
	sure = detectors.Inferred
	if points >= s.Sure {
		sure = detectors.Observed
	}
	return points, sure, points >= s.Threshold
}
