package evidence

// An Ordinary is the visit that those made as an app's in-app browser are compared
// with: scenario none once more, with the ordinary browser of the same device. It
// stands apart from the runs, which are all made in the app.
type Ordinary struct {
	UserAgent string `json:"user_agent"`
	Run       Run    `json:"run"`
	Gaps      []Gap  `json:"gaps,omitempty"`
}

// OrdinaryKind is the kind of evidence in the IDs of an [Ordinary] visit:
// "ordinary-request".
func OrdinaryKind(kind string) string { return "ordinary-" + kind }
