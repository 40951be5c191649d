package signatures

import (
	"fmt"
	"io/fs"
	"strings"
)

// A Category says what a party does with what it receives.
type Category struct {
	ID string `yaml:"id" json:"id"`
	EN string `yaml:"en" json:"en"` // name in English
	NL string `yaml:"nl" json:"nl"` // name in Dutch
	// Tracking says that parties of this category follow, recognise, profile or
	// measure visitors. A vendor can differ from its category.
	Tracking bool `yaml:"tracking" json:"tracking"`
	// Report is the word for sentences and tables of reports, in English:
	// "ads", "statistics".
	Report string `yaml:"report" json:"report"`
}

// readCategories reads core/categories.yaml.
func readCategories(core fs.FS) ([]Category, error) {
	const file = categoriesFile
	var list []Category
	if err := readYAML(core, file, &list); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for i, c := range list {
		switch {
		case c.ID == "" || c.EN == "" || c.NL == "" || c.Report == "":
			return nil, fmt.Errorf("signatures: %s: category %d (%q) needs id, en, nl and report", file, i+1, c.ID)
		case seen[c.ID]:
			return nil, fmt.Errorf("signatures: %s: category %q is there twice", file, c.ID)
		}
		seen[c.ID] = true
	}
	return list, nil
}

// readCountries reads core/countries.txt, the codes of ISO 3166-1 alpha-2.
func readCountries(core fs.FS) ([]string, error) {
	data, err := fs.ReadFile(core, countriesFile)
	if err != nil {
		return nil, fmt.Errorf("signatures: read %s: %w", countriesFile, err)
	}
	return strings.Fields(string(data)), nil
}
