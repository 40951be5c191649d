package signatures

// Names of lists, as they stand in Match.List and Pack.Name.
const (
	listCore          = "core"
	listEasyPrivacy   = "easyprivacy"
	listEasyList      = "easylist"
	listThirdPartyWeb = "third-party-web"
)

// Files of the core beside vendors/.
const (
	categoriesFile = "categories.yaml"
	countriesFile  = "countries.txt"
	sectionsFile   = "sections.yaml"
	entitiesFile   = "third-party-web.yaml"
)
