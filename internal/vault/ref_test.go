package vault

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

var testRef = Ref{ID: "00112233445566778899aabbccddeeff", Key: bytes.Repeat([]byte{0xa5}, keyBytes)}

func TestRefRoundTrip(t *testing.T) {
	text := testRef.String()
	if len(text) != 64 {
		t.Errorf("%d bytes of text, want 64: it travels in a cookie", len(text))
	}
	got, err := ParseRef(text)
	if err != nil || got.ID != testRef.ID || !bytes.Equal(got.Key, testRef.Key) {
		t.Fatalf("ParseRef: %+v, %v", got, err)
	}
}

func TestParseRefRefuses(t *testing.T) {
	good := testRef.String()
	for _, text := range []string{"", good[:63], good + "A", good + "AAAA", good[:63] + "=", "!" + good[1:], good + "\n", strings.Repeat("é", 32)} {
		if ref, err := ParseRef(text); !errors.Is(err, ErrRef) {
			t.Errorf("ParseRef(%q): %v, %v, want ErrRef", text, ref, err)
		}
	}
}

func TestMalformedRefHasNoText(t *testing.T) {
	for _, ref := range []Ref{{}, {ID: testRef.ID}, {ID: "../../../../../../../../etc/passwd", Key: testRef.Key}, {ID: strings.Repeat("G", 32), Key: testRef.Key}} {
		if text := ref.String(); text != "" {
			t.Errorf("String: %q, want nothing", text)
		}
	}
}

func TestKeyIsNotPrinted(t *testing.T) {
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("stored", "ref", testRef, "holder", struct{ R Ref }{testRef})
	printed := fmt.Sprintf("%v %+v %#v %s %x %q %v", testRef, testRef, testRef, testRef, testRef, testRef, struct{ R Ref }{testRef})
	if !strings.Contains(printed, testRef.ID) {
		t.Errorf("the ID is missing in %q", printed)
	}
	for _, output := range []string{printed, log.String()} {
		for _, secret := range []string{"a5a5a5", "165 165", "paWl", testRef.String()[24:40]} {
			if strings.Contains(output, secret) {
				t.Errorf("the key shows in %q", output)
			}
		}
	}
}
