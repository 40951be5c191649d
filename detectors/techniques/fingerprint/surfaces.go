package fingerprint

import (
	_ "embed" // the tables
	"errors"
	"sync"

	"github.com/spoor-audit/spoor/detectors/datafile"
)

//go:embed surfaces.yaml
var surfacesYAML []byte

//go:embed signs.yaml
var signsYAML []byte

//go:embed drawing.yaml
var drawingYAML []byte

// The rules hold what is known of properties, fonts and pictures; see the heads of
// surfaces.yaml, signs.yaml and drawing.yaml.
type rules struct {
	surfaces map[string]*surface // by API, after aliases
	features map[string]*surface // by media feature
	generic  map[string]bool     // font families
	blends   map[string]bool     // values of globalCompositeOperation
	canvas   scale
	webgl    scale
}

// A surface is a row of surfaces.yaml.
type surface struct {
	API     string `yaml:"api"`
	Feature string `yaml:"feature"`
	Kind    string `yaml:"kind"`
	Sum     string `yaml:"sum"`
	Group   string `yaml:"group"`
	Points  int    `yaml:"points"`
	Uses    int    `yaml:"uses"`
}

// A scale weighs signs; see signs.yaml.
type scale struct {
	Threshold int             `yaml:"threshold"`
	Sure      int             `yaml:"sure"`
	Signs     map[string]sign `yaml:"signs"`
}

// A sign speaks for or against reading for recognition.
type sign struct {
	Points int    `yaml:"points"`
	Why    string `yaml:"why"`
}

// theRules reads the embedded tables once. They are part of the program, so a
// mistake in them is a mistake of the programmer; the tests find it.
var theRules = sync.OnceValue(func() *rules {
	r, err := readRules(surfacesYAML, signsYAML, drawingYAML)
	if err != nil {
		panic(err)
	}
	return r
})

func readRules(surfaces, signs, drawing []byte) (*rules, error) {
	var rows []surface
	var scales struct{ Canvas, WebGL scale }
	var words struct {
		Generic []string `yaml:"generic-fonts"`
		Blends  []string `yaml:"blends"`
	}
	if err := errors.Join(datafile.Read("surfaces.yaml", surfaces, &rows), datafile.Read("signs.yaml", signs, &scales), datafile.Read("drawing.yaml", drawing, &words)); err != nil {
		return nil, err
	}
	r := &rules{
		surfaces: map[string]*surface{},
		features: map[string]*surface{},
		generic:  datafile.Set(words.Generic),
		blends:   datafile.Set(words.Blends),
		canvas:   scales.Canvas,
		webgl:    scales.WebGL,
	}
	for i := range rows {
		if f := rows[i].Feature; f != "" {
			r.features[f] = &rows[i]
		} else {
			r.surfaces[rows[i].API] = &rows[i]
		}
	}
	return r, nil
}
