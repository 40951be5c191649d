package recording

import (
	_ "embed" // the table
	"sync"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/datafile"
)

//go:embed recorders.yaml
var recordersYAML []byte

// recorderCategory is the category of parties that record visits.
const recorderCategory = "session-recorder"

// A recorder is how recordings of one party are known; see recorders.yaml.
type recorder struct {
	Party   string   `yaml:"party"`
	Scripts []string `yaml:"scripts"`
	Sends   []string `yaml:"sends"`
}

// A recorderTable is the whole of recorders.yaml.
type recorderTable struct {
	byParty map[string]*recorder
	// Guards are categories that watch the mouse to tell people from programs.
	guards map[string]bool
	// words are the names by which messages tell what a visitor does.
	words []string
}

var theRecorders = sync.OnceValue(func() *recorderTable {
	t, err := readRecorders(recordersYAML)
	if err != nil {
		panic(err)
	}
	return t
})

func readRecorders(data []byte) (*recorderTable, error) {
	var file struct {
		Guards    []string   `yaml:"guards"`
		Words     []string   `yaml:"words"`
		Recorders []recorder `yaml:"recorders"`
	}
	if err := datafile.Read("recorders.yaml", data, &file); err != nil {
		return nil, err
	}
	t := &recorderTable{byParty: map[string]*recorder{}, guards: datafile.Set(file.Guards), words: file.Words}
	for i := range file.Recorders {
		t.byParty[file.Recorders[i].Party] = &file.Recorders[i]
	}
	return t, nil
}

// recorderOf returns how recordings of a party are known; nil if it does not
// record.
func recorderOf(v *detectors.View, party string) *recorder {
	if party == "" || v.DB == nil {
		return nil
	}
	p, ok := v.DB.ByID(party)
	if !ok {
		return nil
	}
	main := len(p.Categories) > 0 && p.Categories[0] == recorderCategory
	r := theRecorders().byParty[party]
	switch {
	case r == nil && !main:
		return nil
	case r == nil:
		return &recorder{Party: party, Scripts: anything, Sends: anything}
	case !main:
		return r
	}
	full := *r
	if full.Scripts == nil {
		full.Scripts = anything
	}
	if full.Sends == nil {
		full.Sends = anything
	}
	return &full
}

// anything is the pattern that every address fits.
var anything = []string{"*"}
