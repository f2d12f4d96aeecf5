package bot

// Tables that an administrator gets as a workbook, changes and sends back: duties, targets, the catalogue.

// table is the body of an order that replaces such a table.
type table struct{}

func (p page) table() error            { return nil }
func (p page) keepTable(o order) error { return nil }
