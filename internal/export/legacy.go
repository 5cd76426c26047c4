package export

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// Receipts that earlier versions stored hold English sentences where there are
// codes now: "reason" of a file and of its problems, and "holds" of a document.
// They are translated when they are read, and become codes when they are stored
// again.

//go:embed legacy.txt
var legacyText string

// legacy are the codes behind the sentences of legacy.txt: what the sentence is
// about, a space, and the sentence.
var legacy = sync.OnceValue(func() map[string]string {
	codes := make(map[string]string)
	for line := range strings.Lines(legacyText) {
		if about, rest, _ := strings.Cut(line, " "); about != "#" {
			code, sentence, _ := strings.Cut(strings.TrimSuffix(rest, "\n"), " ")
			codes[about+" "+sentence] = code
		}
	}
	return codes
})

// DecodeReceipt reads a receipt from JSON, as this or an earlier version wrote
// it. What a later version adds is ignored.
func DecodeReceipt(b []byte) (*Receipt, error) {
	var stored struct {
		Files []struct {
			File
			Holds string `json:"holds"`
		} `json:"files"`
		Notes []Reason `json:"notes"`
	}
	if err := json.Unmarshal(b, &stored); err != nil {
		return nil, err
	}
	r := &Receipt{Notes: stored.Notes}
	if stored.Files != nil {
		r.Files = make([]File, len(stored.Files))
	}
	for i := range stored.Files {
		f := &r.Files[i]
		*f = stored.Files[i].File
		if holds := stored.Files[i].Holds; f.Topic == "" && holds != "" {
			f.Topic = cmp.Or(Topic(legacy()["topic "+holds]), TopicOther)
		}
		if f.Reason.Code == "" && f.Sentence != "" {
			if f.Reason = oldReason(f.Sentence); f.Reason.Code != "" {
				f.Sentence = ""
			}
		}
		for k := range f.Problems {
			if p := &f.Problems[k]; p.Code == "" && p.Sentence != "" {
				if p.Code, p.Key = oldProblem(p.Sentence); p.Code != "" {
					p.Sentence = ""
				}
			}
		}
	}
	return r, nil
}

// oldFigure matches what differs between sentences for the same reason: the
// name of the file, and a number.
var oldFigure = regexp.MustCompile(`“.*”|\d[\d,]*( bytes| KB| MB| GB)?`)

// oldReason is the reason that an old sentence gives, zero for one that is not
// known.
func oldReason(sentence string) Reason {
	var figure string
	key := oldFigure.ReplaceAllStringFunc(sentence, func(s string) string {
		if strings.HasPrefix(s, "“") {
			return "“”"
		}
		figure = s
		return "#"
	})
	r := reasonOf(Code(legacy()["file "+key]))
	if r.Code == "" || figure == "" {
		return r
	}
	n, err := oldNumber(figure)
	if err != nil {
		return Reason{}
	}
	switch r.Code {
	case CodeBreaksOff, CodeNotJSONAfter:
		r.Row = int(n)
	default:
		r.Limit = n
	}
	return r
}

// oldNumber reads "1,234" and "32 MB".
func oldNumber(s string) (int64, error) {
	digits, unit, _ := strings.Cut(s, " ")
	n, err := strconv.ParseInt(strings.ReplaceAll(digits, ",", ""), 10, 32)
	return n << map[string]int{"KB": 10, "MB": 20, "GB": 30}[unit], err
}

// oldProblem is the code, and the key, that an old sentence about rows gives.
func oldProblem(sentence string) (Code, string) {
	if code := legacy()["row "+sentence]; code != "" {
		return Code(code), ""
	}
	key, rest, _ := strings.Cut(sentence, " ")
	if code := legacy()["row … "+rest]; code != "" {
		return Code(code), key
	}
	return "", ""
}
