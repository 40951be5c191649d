package evidence

// A Typed is one text that the run typed into a field, to see where it goes. The
// form was never sent. Every text occurs nowhere else in the run.
type Typed struct {
	ID     ID       `json:"id"`
	At     Millis   `json:"at_ms"`
	Page   int      `json:"page"`
	Target TargetID `json:"target,omitempty"` // the document that holds the field
	Form   string   `json:"form"`             // purpose of the form, as in [Form]; "" outside of forms
	Label  string   `json:"label"`
	Name   string   `json:"name,omitempty"`
	Type   string   `json:"type"` // of the field: "email", "text", "password", ...
	Asks   string   `json:"asks"` // what it asks, as in [Field]
	Value  string   `json:"value"`
	// Became is what the field held afterwards, clipped, where the page made
	// something else of the text: capitals, groups of digits.
	Became string `json:"became,omitempty"`
}

// FormSubmitted is the kind of an [Event]: while the run typed, the page sent a form
// by itself. It was stopped.
const FormSubmitted = "form-submitted-by-page"

// StoppedForm is the BlockedReason of a [Request] that carried such a form. Nobody
// received it; the record holds what it would have carried.
const StoppedForm = "form-stopped"
