package report

// Reference is what a county counts and where: everything the reader of messages needs, immutable once made.
type Reference struct {
	Catalogue *Catalogue
	Areas     *Areas
	Names     []Name
	Venues    []Venue
	Aliases   []Alias // in force
}
