package signatures

// Names of lists, as they stand in Match.List and Pack.Name.
const (
	listCore          = "core"
	listEasyPrivacy   = "easyprivacy"
	listEasyList      = "easylist"
	listThirdPartyWeb = "third-party-web"
	listCookieTable   = "open-cookie-database"
)

// Kinds of packs: how their first file is read. A pack of another kind, or of
// none, is kept and not read here.
const (
	KindFilters  = "filters"     // a filter list; abp.Parse
	KindEntities = "entities"    // third-party-web
	KindCookies  = "cookies"     // the table of the Open Cookie Database
	KindTCF      = "tcf-vendors" // the Global Vendor List of IAB Europe
)

// Origins of packs.
const (
	Embedded = "embedded" // in the program
	Cached   = "cache"    // fetched by its user
)

// kindOf is the kind of a pack. Packs of the fill program do not name it.
func (p PackEntry) kindOf() string {
	switch {
	case p.Kind != "":
		return p.Kind
	case p.Name == listEasyPrivacy, p.Name == listEasyList:
		return KindFilters
	case p.Name == listThirdPartyWeb:
		return KindEntities
	}
	return ""
}

// Files of the core beside vendors/.
const (
	categoriesFile = "categories.yaml"
	countriesFile  = "countries.txt"
	sectionsFile   = "sections.yaml"
	entitiesFile   = "third-party-web.yaml"
)
