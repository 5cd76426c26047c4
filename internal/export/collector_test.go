package export

import "bytes"

// collector is a Sink that keeps a copy of every play.
type collector struct {
	files map[int][]Play
	order []int
	open  int
}

func newCollector() *collector { return &collector{files: map[int][]Play{}, open: -1} }

func (c *collector) Begin(file int) {
	if c.open >= 0 {
		panic("Begin before End")
	}
	c.open = file
	c.order = append(c.order, file)
	c.files[file] = nil
}

func (c *collector) Add(p *Play) error {
	c.files[c.open] = append(c.files[c.open], clonePlay(p))
	return nil
}

func (c *collector) End(keep bool) {
	if !keep {
		delete(c.files, c.open)
		c.order = c.order[:len(c.order)-1] // it may begin again
	}
	c.open = -1
}

func (c *collector) kept() []Play {
	var all []Play
	for _, file := range c.order {
		all = append(all, c.files[file]...)
	}
	return all
}

// clonePlay copies a play out of the reader's buffers.
func clonePlay(p *Play) Play {
	q := *p
	for _, b := range []*[]byte{
		&q.URI, &q.Title, &q.Creator, &q.Collection,
		&q.Platform, &q.Country, &q.ReasonStart, &q.ReasonEnd, &q.Address,
	} {
		*b = bytes.Clone(*b)
	}
	return q
}
