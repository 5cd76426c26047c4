package export_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/export"
	"github.com/spotify-data-tool/spotify-data-tool/internal/export/exporttest"
)

func TestCodesAreDistinct(t *testing.T) {
	codes := exporttest.ReadCodes(t)
	seen := map[export.Code]int{export.CodeEmptyFile: -1, export.CodeNotJSON: -1} // those of two kinds
	for _, code := range codes.All() {
		if seen[code]++; seen[code] > 1 {
			t.Errorf("%q stands twice", code)
		}
	}
	reported := export.ProblemCodes()
	for _, code := range codes.Row {
		if !slices.Contains(reported, code) {
			t.Errorf("%q is no problem of any row", code)
		}
	}
	for _, code := range reported {
		if !slices.Contains(codes.Row, code) {
			t.Errorf("%q is reported and not listed", code)
		}
	}
}

func TestEveryTopicOfAFileHasItsOldWords(t *testing.T) {
	all := exporttest.ReadCodes(t)
	codes := slices.Concat(all.File, all.Row, all.Input)
	topics := map[export.Topic]bool{}
	for sentence, code := range export.Legacy() {
		switch about, _, _ := strings.Cut(sentence, " "); about {
		case "topic":
			topics[export.Topic(code)] = true
		case "file", "row":
			if !slices.Contains(codes, export.Code(code)) {
				t.Errorf("%q stands for %q, which is no code", sentence, code)
			}
		default:
			t.Errorf("%q is about nothing", sentence)
		}
	}
	for _, topic := range export.KnownTopics() {
		if !topics[topic] {
			t.Errorf("%s has none", topic)
		}
	}
}
