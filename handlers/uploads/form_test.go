package uploads

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/spotify-data-tool/spotify-data-tool/internal/lens"
	"github.com/spotify-data-tool/spotify-data-tool/internal/upload"
)

// endless gives what is sent and then the filler for ever, and counts.
type endless struct {
	sent   io.Reader
	filler byte
	n      int
}

func (e *endless) Read(p []byte) (int, error) {
	n, err := e.sent.Read(p)
	if errors.Is(err, io.EOF) {
		for i := range p {
			p[i] = e.filler
		}
		n, err = len(p), nil
	}
	e.n += n
	return n, err
}

func formPart(name, more, content string) string {
	return "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"" + more + "\r\n\r\n" + content + "\r\n"
}

// TestPartHeaders: what stands before the parts of a form takes up no more
// memory than is fixed, however it is made.
func TestPartHeaders(t *testing.T) {
	file := func(i int, name string) string {
		return formPart("files", fmt.Sprintf("; filename=\"%s%d.json\"\r\nContent-Type: application/json", name, i), strings.Repeat("[]", 5000))
	}
	for name, test := range map[string]struct {
		body    string
		filler  byte // goes on for ever, when it is set
		most    int  // what may be read of it
		refused error
	}{
		"an endless value":           {"--x\r\nContent-Disposition: form-data; name=\"", 'a', 80 << 10, ErrBadForm},
		"an endless name":            {"--x\r\n", 'a', 80 << 10, ErrBadForm},
		"an endless preamble":        {"", '\n', 80 << 10, ErrBadForm},
		"one long header":            {formPart("mode", "; x="+strings.Repeat("a", 70<<10), "add"), 0, 100 << 10, ErrBadForm},
		"long ones together":         {strings.Repeat(formPart("mode", "; x="+strings.Repeat("a", 9<<10), "add"), 8), 0, 100 << 10, ErrBadForm},
		"many lines":                 {"--x\r\n" + strings.Repeat("a: b\r\n", 9_000) + strings.Repeat("Content-Type: application/json\r\n", 9_000), 0, 80 << 10, ErrBadForm},
		"many fields":                {strings.Repeat(formPart("mode", "", ""), 300), 0, 20 << 10, ErrBadForm},
		"many files":                 {strings.Repeat(file(1, "a"), 201), 0, 3 << 20, upload.ErrTooManyFiles},
		"a field nobody knows":       {formPart("other", "", strings.Repeat("a", 1<<20)) + file(1, "a"), 0, 2 << 20, nil},
		"a long field":               {formPart("mode", "", "add"+strings.Repeat("a", 1<<20)) + file(1, "a"), 0, 2 << 20, nil},
		"as many files as there may": {strings.Repeat(file(1, "Streaming_History_Audio_2014-2015_"), 200) + formPart("mode", "", "replace"), 0, 3 << 20, nil},
	} {
		t.Run(name, func(t *testing.T) {
			sent := &endless{sent: strings.NewReader(test.body + "--x--\r\n"), filler: test.filler}
			var body io.Reader = sent
			if test.filler == 0 {
				body = io.LimitReader(sent, int64(len(test.body)+7))
			} else {
				sent.sent = strings.NewReader(test.body)
			}
			r := httptest.NewRequest(http.MethodPost, "/uploads", body)
			r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
			u, err := readUpload(r)
			if u != nil {
				u.close()
			}
			var field *lens.FieldError
			if name == "a long field" {
				if !errors.As(err, &field) {
					t.Errorf("%v", err)
				}
			} else if !errors.Is(err, test.refused) {
				t.Errorf("%v, want %v", err, test.refused)
			}
			if sent.n > test.most {
				t.Errorf("read %d bytes", sent.n)
			}
		})
	}
	var small bytes.Buffer
	small.WriteString(file(1, "a") + "--x--\r\n")
	r := httptest.NewRequest(http.MethodPost, "/uploads", &small)
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	u, err := readUpload(r)
	if err != nil || len(u.inputs) != 1 || u.inputs[0].Size != 10_000 || u.inputs[0].Name != "a1.json" {
		t.Fatalf("%+v, %v", u, err)
	}
	u.close()
}
