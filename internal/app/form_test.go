package app

import (
	"bytes"
	"errors"
	"mime/multipart"
)

// A formFile is one file of an upload.
type formFile struct {
	name    string
	content []byte
}

// formOf is the form that sends files without JavaScript, with a mode or without.
func formOf(mode string, files ...formFile) (body []byte, contentType string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	var err error
	if mode != "" {
		err = w.WriteField("mode", mode)
	}
	for _, f := range files {
		part, partErr := w.CreateFormFile("files", f.name)
		if err = errors.Join(err, partErr); err == nil {
			_, err = part.Write(f.content)
		}
	}
	if err = errors.Join(err, w.Close()); err != nil {
		panic(err) // a buffer takes everything
	}
	return b.Bytes(), w.FormDataContentType()
}
