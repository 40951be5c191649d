package sarif

// The types below are the part of SARIF 2.1.0 that spoor writes (OASIS Standard,
// 27 March 2020). Numbers in comments are its sections.
type (
	file struct {
		Schema  string `json:"$schema"`
		Version string `json:"version"`
		Runs    []run  `json:"runs"`
	}
	run struct { // 3.14
		Tool        tool         `json:"tool"`
		Automation  automation   `json:"automationDetails"`
		Invocations []invocation `json:"invocations"`
		Results     []result     `json:"results"`
		ColumnKind  string       `json:"columnKind"`
		Properties  properties   `json:"properties,omitempty"`
	}
	automation struct { // 3.17
		ID string `json:"id"`
	}
	tool struct { // 3.18
		Driver driver `json:"driver"`
	}
	driver struct { // 3.19
		Name           string       `json:"name"`
		Version        string       `json:"version,omitempty"`
		InformationURI string       `json:"informationUri"`
		Rules          []rule       `json:"rules"`
		Notifications  []descriptor `json:"notifications,omitempty"`
		Language       string       `json:"language"`
	}
	rule struct { // 3.49
		ID            string        `json:"id"`
		Name          string        `json:"name"`
		Short         text          `json:"shortDescription"`
		Full          text          `json:"fullDescription"`
		Help          text          `json:"help"`
		HelpURI       string        `json:"helpUri"`
		Configuration configuration `json:"defaultConfiguration"`
		Properties    properties    `json:"properties"`
	}
	descriptor struct { // 3.49, of notifications
		ID    string `json:"id"`
		Short text   `json:"shortDescription"`
	}
	configuration struct { // 3.50
		Level string `json:"level"`
	}
	text struct { // 3.12 and 3.11
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	result struct { // 3.27
		RuleID       string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      text              `json:"message"`
		Locations    []location        `json:"locations"`
		Fingerprints map[string]string `json:"partialFingerprints"`
		Occurrences  int               `json:"occurrenceCount,omitempty"`
		Request      *request          `json:"webRequest,omitempty"`
		Baseline     string            `json:"baselineState,omitempty"`
		Properties   properties        `json:"properties"`
	}
	location struct { // 3.28
		Physical physical  `json:"physicalLocation"`
		Logical  []logical `json:"logicalLocations"`
	}
	physical struct { // 3.29
		Artifact artifact `json:"artifactLocation"`
		Region   region   `json:"region"`
	}
	artifact struct { // 3.4
		URI string `json:"uri"`
	}
	region struct { // 3.30
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine"`
		EndColumn   int `json:"endColumn"`
	}
	logical struct { // 3.33
		Name string `json:"name"`
		Full string `json:"fullyQualifiedName,omitempty"`
		Kind string `json:"kind"`
	}
	request struct { // 3.46
		Protocol string `json:"protocol,omitempty"`
		Target   string `json:"target"`
		Method   string `json:"method,omitempty"`
	}
	invocation struct { // 3.20
		Successful    bool           `json:"executionSuccessful"`
		Start         string         `json:"startTimeUtc,omitempty"`
		End           string         `json:"endTimeUtc,omitempty"`
		Notifications []notification `json:"toolExecutionNotifications"`
	}
	notification struct { // 3.58
		Descriptor reference `json:"descriptor"`
		Level      string    `json:"level"`
		Message    text      `json:"message"`
	}
	reference struct { // 3.52
		ID    string `json:"id"`
		Index int    `json:"index"`
	}
	// A properties is a bag of values of spoor's own (3.8).
	properties map[string]any
)
