package chaos

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/spotify-data-tool/spotify-data-tool/test/harness"
)

// hostileTalks are requests that do not keep to what a page sends. Each belongs
// to the session that it is sent in.
var hostileTalks = []struct {
	name string
	talk func(a *attacker, r *rand.Rand)
}{
	{"multipart headers", multipartHeaders},
	{"tus offsets and lengths", wrongTus},
	{"imports of nothing", wrongImports},
	{"forged headers", forgedHeaders},
}

// multipartHeaders sends forms whose parts are described at length, or wrongly.
func multipartHeaders(a *attacker, r *rand.Rand) {
	const boundary = "b"
	long := strings.Repeat("x", pick(r, 100, 5_000, 70_000, 1<<20, 10<<20))
	var part string
	switch r.IntN(8) {
	case 0:
		part = "X-Long: " + long + "\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.zip\"\r\n\r\nPK"
	case 1:
		part = "Content-Disposition: form-data; name=\"files\"; filename=\"" + long + "\"\r\n\r\n[]"
	case 2:
		part = "Content-Disposition: form-data; name=\"" + long + "\"\r\n\r\nx"
	case 3:
		part = strings.Repeat("X-Many: "+hostileMark+"\r\n", min(len(long)/24, 400_000)) + "Content-Disposition: form-data; name=files; filename=a\r\n\r\n[]"
	case 4:
		part = "Content-Disposition: form-data; name=\"mode\"\r\n\r\n" + long
	case 5:
		part = "Content-Disposition: form-data; name=files; filename=../../" + hostileMark + "\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=ZZ=\r\n=0"
	case 6:
		part = "Content-Disposition: form-data; name=files; filename*=UTF-8''%ff%00" + hostileMark + "; filename=b\r\nContent-Type: \r\n\r\n" + long
	default:
		part = strings.Repeat("Content-Disposition: form-data; name=x\r\n\r\n\r\n--"+boundary+"\r\n", min(len(long)/16, 50_000)) + "Content-Disposition: form-data; name=files; filename=a\r\n\r\n[]"
	}
	body := "--" + boundary + "\r\n" + part
	if r.IntN(3) > 0 {
		body += "\r\n--" + boundary + "--\r\n"
	}
	a.send(http.MethodPost, "/uploads", []byte(body), "Content-Type", "multipart/form-data; boundary="+boundary)
}

// wrongTus creates a file and gets everything about its parts wrong.
func wrongTus(a *attacker, r *rand.Rand) {
	content := ordinary(r)
	length := pick(r, strconv.Itoa(len(content)), strconv.Itoa(len(content)), "0", "-1", "1e3", "", "99999999999999999999", "536870913", "9223372036854775807")
	metadata := pick(r, "filename "+base64.StdEncoding.EncodeToString([]byte("../"+hostileMark+"\x00.zip")), "filename", "filename !!!", "tag MDEyMzQ1Njc=", "tag "+base64.StdEncoding.EncodeToString([]byte(hostileMark)),
		strings.Repeat("a,", 4_000), "filename "+base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("n"), 20_000)))
	tus := func(method, path string, body []byte, header ...string) answered {
		return a.send(method, path, body, append([]string{"Tus-Resumable", pick(r, "1.0.0", "1.0.0", "1.0.0", "1.0.0", "0.2.2", "")}, header...)...)
	}
	path := tus(http.MethodPost, "/files", nil, "Upload-Length", length, "Upload-Metadata", metadata, pick(r, "Upload-Defer-Length", "Upload-Concat", "X-Other"), pick(r, "1", "partial", "final;/files/x")).header.Get("Location")
	if path == "" {
		path = "/files/" + pick(r, strings.Repeat("0", 32), "..%2f..%2fdatasets", strings.Repeat("f", 32)+"00000000", "x", "%00")
	}
	for range 1 + r.IntN(4) {
		offset := pick(r, "0", "0", "1", "-1", strconv.Itoa(len(content)), "99999999999999999999", "", "0x0")
		part := content[:r.IntN(len(content)+1)]
		if r.IntN(3) == 0 {
			part = append(bytes.Clone(content), content...) // more than was said
		}
		kind := pick(r, "application/offset+octet-stream", "application/offset+octet-stream", "text/plain")
		switch r.IntN(4) {
		case 0:
			tus(http.MethodPost, path, part, "X-HTTP-Method-Override", pick(r, "PATCH", "DELETE", "GET", "TRACE", hostileMark), "Upload-Offset", offset, "Content-Type", kind)
		case 1:
			tus(pick(r, http.MethodHead, http.MethodOptions, http.MethodGet, http.MethodPut), path, nil)
		default:
			tus(http.MethodPatch, path, part, "Upload-Offset", offset, "Content-Type", kind, pick(r, "Upload-Checksum", "Upload-Length", "X-Other"), pick(r, "sha1 AAAA", "1", "-1"))
		}
	}
	a.send(http.MethodPost, "/imports", []byte(url.Values{"file": {strings.TrimPrefix(path, "/files/")}}.Encode()), "Content-Type", "application/x-www-form-urlencoded")
	if r.IntN(2) == 0 {
		tus(http.MethodDelete, path, nil)
		return
	}
	a.send(http.MethodPost, "/files/discard", nil, "Content-Type", "application/x-www-form-urlencoded")
}

// wrongImports asks for imports of files that are not there, many of them, and
// of tasks that are none.
func wrongImports(a *attacker, r *rand.Rand) {
	form := url.Values{"mode": {pick(r, "add", "replace", "both", strings.Repeat("x", 2_000))}}
	id := fmt.Sprintf("%032x", r.Uint64())
	if r.IntN(2) == 0 {
		form.Set("id", pick(r, id, "", "x", strings.Repeat("f", 33), "../"+id))
	}
	for range pick(r, 0, 1, 40, 200, 1_000) {
		form.Add(pick(r, "file", "whole"), fmt.Sprintf("%032x", r.Uint64()))
	}
	a.send(http.MethodPost, "/imports", []byte(form.Encode()), "Content-Type", "application/x-www-form-urlencoded")
	a.send(http.MethodPost, "/imports/"+id, nil)
	a.send(http.MethodGet, "/imports/"+id, nil)
	a.send(http.MethodGet, "/partials/imports/"+pick(r, id, "x", "%00", strings.Repeat("f", 5_000)), nil)
}

// forgedHeaders sends an upload with headers that no browser would send, from
// outside of the session: who plants cookies in it is somebody else's test.
func forgedHeaders(a *attacker, r *rand.Rand) {
	body, contentType := harness.Form("add", harness.File("my_spotify_data.zip", ordinary(r)))
	headers := [][]string{
		{"Sec-Fetch-Site", "cross-site"},
		{"Sec-Fetch-Site", "same-site", "Accept", "text/html"},
		{"Origin", "https://evil.example", "Sec-Fetch-Site", ""},
		{"Origin", "null", "Sec-Fetch-Site", "", "Accept", "text/html"},
		{"X-Forwarded-For", strings.Repeat("1.2.3.4, ", 2_000) + hostileMark},
		{"X-Forwarded-For", "::ffff:0.0.0.0%eth0", "X-Forwarded-Proto", "javascript", "X-Forwarded-Host", "evil.example"},
		{"Forwarded", "for=\"[::1]\";host=evil.example", "X-Original-Url", "/reset", "X-Rewrite-Url", "/reset"},
		{"Content-Type", "multipart/form-data"},
		{"Content-Type", "multipart/form-data; boundary=" + strings.Repeat("b", 20_000)},
		{"Content-Type", "application/json; charset=utf-7"},
		{"Content-Type", "multipart/mixed; boundary=\"\x01\""},
		{"Cookie", "__Host-session=" + strings.Repeat("A", 3_000) + "; session=v1.x.y"},
		{"Cookie", "__Host-session=v1..; __Host-session=; __Host-session-1=x; theme=" + hostileMark},
		{"Accept-Encoding", strings.Repeat("gzip;q=0.1,", 2_000)},
		{"Accept-Language", strings.Repeat("de-"+hostileMark+";q=0.9,", 1_000)},
		{"Accept", strings.Repeat("application/json;q=0.1,", 1_000)},
		{"Range", "bytes=" + strings.Repeat("0-0,", 5_000)},
		{"Expect", "100-continue", "Content-Encoding", "gzip"},
		{"X-Http-Method-Override", "DELETE", "Tus-Resumable", "1.0.0"},
		{"HX-Request", "true", "HX-Target", "<script>", "HX-Current-URL", "javascript:alert(1)"},
		{"X-Request-Id", hostileMark + "\t" + strings.Repeat("i", 500)},
		{"If-None-Match", strings.Repeat("\"a\",", 5_000), "If-Modified-Since", hostileMark},
	}
	outsider := a.outsider()
	for range 4 {
		header := append([]string{"Content-Type", contentType}, headers[r.IntN(len(headers))]...)
		outsider.send(http.MethodPost, pick(r, "/uploads", "/uploads", "/imports", "/files", "/sample", "/theme", "/files/discard"), body, header...)
		outsider.send(http.MethodGet, pick(r, pagesAsked...), nil, header...)
	}
	outsider.leave()
}
