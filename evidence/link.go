package evidence

// A Link is a link of a page to another host, with a query or a fragment, as it
// stood when the page was looked at: scripts may have added to its address. Only
// the first ones of each page are kept, and none of more than 2,000 characters.
type Link struct {
	ID       ID     `json:"id"`
	At       Millis `json:"at_ms"` // when it was seen first
	Page     int    `json:"page"`
	Document string `json:"document"` // address of the page that holds it
	URL      string `json:"url"`
}
