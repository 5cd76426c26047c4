package dataset

import (
	"bytes"
	"encoding/binary"
	"slices"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
)

// The reading halves of the sections. Each checks every value it reads: what a
// query indexes by without looking must be within bounds.

// readDetails prepares the columns that many pages do without.
func (d *Dataset) readDetails(h *header, z *zstd.Decoder) {
	c := h.counts
	codes := func(section int, what string, valid func(v uint16) bool) func() []uint16 {
		return lateColumn(d, h, z, section, c.rows, func(b []byte) ([]uint16, error) { return readCodes(b, what, valid) })
	}
	d.platform = codes(sectionPlatform, "platform of a row", func(v uint16) bool { return int(v) < c.platforms })
	d.country = codes(sectionCountry, "country of a row", isCountry)
	d.flags = codes(sectionFlags, "flags of a row", areFlags)
	d.lead = lateColumn(d, h, z, sectionLead, c.rows, func(b []byte) ([]int32, error) { return unpredictLead(b, d.ms) })
	reasons := lateColumn(d, h, z, sectionReasons, 2*c.rows, func(b []byte) ([]uint8, error) {
		for _, reason := range b {
			if int(reason) >= c.reasons {
				return nil, corrupt("reason of a row")
			}
		}
		return bytes.Clone(b), nil
	})
	d.begin = func() []uint8 { return reasons()[:c.rows] }
	d.end = func() []uint8 { return reasons()[c.rows:] }
}

func readCodes(b []byte, what string, valid func(v uint16) bool) ([]uint16, error) {
	codes, before := unplanes16(b), uint16(0)
	for i, v := range codes {
		if (v != before || i == 0) && !valid(v) {
			return nil, corrupt(what)
		}
		before = v
	}
	return codes, nil
}

func (d *Dataset) readTokens(b []byte, c *counts) (err error) {
	if d.platforms, b, err = readTokens(b, c.platforms); err != nil {
		return err
	}
	if d.reasons, b, err = readTokens(b, c.reasons); err != nil {
		return err
	}
	if len(b) > 0 {
		return corrupt("tokens")
	}
	return nil
}

func isCountry(v uint16) bool {
	x, y := byte(v>>8), byte(v)
	return x >= 'A' && x <= 'Z' && y >= 'A' && y <= 'Z'
}

func areFlags(f uint16) bool {
	const tris = 1<<shiftShuffle | 1<<shiftSkipped | 1<<shiftOffline | 1<<shiftIncognito
	return f < 1<<flagBits && f&(f>>1)&tris == 0
}

// readNames reads the names and checks the items, which are read by then.
func (d *Dataset) readNames(b []byte, c *counts) (err error) {
	if d.names, err = readTexts(b, c.names); err != nil {
		return err
	}
	if d.names.at(0) != "" {
		return corrupt("names")
	}
	for i := range c.items {
		if d.kinds[i] > uint8(export.KindAudiobook) || d.classes[i] >= uint8(uriClasses) ||
			(d.classes[i] == uint8(uriNone)) != (d.uris.at(uint32(i)) == "") {
			return corrupt("items")
		}
	}
	return nil
}

// appendSpellings writes how many spellings each item has, then their fields.
func (d *Dataset) appendSpellings(b []byte) []byte {
	for i := range d.items() {
		b = binary.AppendUvarint(b, uint64(d.firstSpelling[i+1]-d.firstSpelling[i]))
	}
	for _, of := range spellingFields {
		n := len(b)
		b = slices.Grow(b, 4*len(d.spellings))[:n+4*len(d.spellings)]
		column := planesOf(b[n:])
		before := uint32(0)
		for i := range d.spellings {
			v := *of(&d.spellings[i])
			column.set(i, zigzag(v-before))
			before = v
		}
	}
	return b
}

var spellingFields = []func(*named) *uint32{
	func(s *named) *uint32 { return &s.title },
	func(s *named) *uint32 { return &s.creator },
	func(s *named) *uint32 { return &s.collection },
	func(s *named) *uint32 { return &s.last },
}

func (d *Dataset) readSpellings(b []byte, c *counts) error {
	d.firstSpelling = make([]uint32, c.items+1)
	end := 0
	for i := range c.items {
		v, n := binary.Uvarint(b)
		// Without a URI, another spelling is another item.
		if n <= 0 || v == 0 || v > uint64(c.spellings-end) || v > 1 && d.classes[i] == uint8(uriNone) {
			return corrupt("spellings")
		}
		b = b[n:]
		end += int(v)
		d.firstSpelling[i+1] = uint32(end)
	}
	if end != c.spellings || len(b) != 16*c.spellings {
		return corrupt("spellings")
	}
	d.spellings = make([]named, c.spellings)
	for k, of := range spellingFields {
		before, column := uint32(0), planesOf(b[k*4*c.spellings:(k+1)*4*c.spellings])
		for i := range d.spellings {
			before += zagzig(column.at(i))
			*of(&d.spellings[i]) = before
		}
	}
	for i := range d.spellings {
		if s := &d.spellings[i]; int(max(s.title, s.creator, s.collection)) >= c.names {
			return corrupt("spellings")
		}
	}
	return nil
}

// appendTexts writes the length of each text, then all of them.
func appendTexts(b []byte, t *texts) []byte {
	b = slices.Grow(b, len(t.blob)+2*t.len())
	before := uint32(0)
	for _, e := range t.ends {
		b = binary.AppendUvarint(b, uint64(e-before))
		before = e
	}
	return append(b, t.blob...)
}

func readTexts(b []byte, n int) (texts, error) {
	if n > len(b) {
		return texts{}, corrupt("texts")
	}
	t := texts{ends: make([]uint32, n)}
	end := uint64(0)
	for i := range t.ends {
		v, size := binary.Uvarint(b)
		if size <= 0 || v > maxText-end {
			return texts{}, corrupt("texts")
		}
		b = b[size:]
		end += v
		t.ends[i] = uint32(end)
	}
	if uint64(len(b)) != end || !utf8.Valid(b) {
		return texts{}, corrupt("texts")
	}
	for _, e := range t.ends {
		if int(e) < len(b) && !utf8.RuneStart(b[e]) {
			return texts{}, corrupt("texts")
		}
	}
	t.blob = string(b)
	return t, nil
}

func appendTokens(b []byte, list []string) []byte {
	for _, s := range list {
		b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
	}
	return b
}

// readTokens reads n of them and returns what follows.
func readTokens(b []byte, n int) ([]string, []byte, error) {
	if n > len(b) {
		return nil, nil, corrupt("tokens")
	}
	list := make([]string, n)
	for i := range list {
		if !readText(&b, &list[i]) {
			return nil, nil, corrupt("tokens")
		}
	}
	if list[0] != "" {
		return nil, nil, corrupt("tokens")
	}
	return list, b, nil
}
