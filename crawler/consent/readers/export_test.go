package readers

// Expressions lists all JavaScript of the rows.
func Expressions() ([]string, error) {
	t, err := load()
	if err != nil {
		return nil, err
	}
	var all []string
	for _, r := range t.Readers {
		all = append(all, r.Detect.Globals...)
		if r.Names != "" {
			all = append(all, r.Names)
		}
		for _, s := range r.Read {
			if s.Main != "" {
				all = append(all, s.Main)
			}
		}
	}
	return all, nil
}
