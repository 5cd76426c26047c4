package accounts

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/url"

	"github.com/labstack/echo/v4"
)

// parse reads the body of a request, a form or a JSON object of texts, once.
func parse(c echo.Context) error {
	r := c.Request()
	kind, _, _ := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType))
	if kind != echo.MIMEApplicationJSON {
		if err := r.ParseForm(); err != nil {
			return fmt.Errorf("%w: %w", ErrBadBody, err)
		}
		return nil
	}
	var fields map[string]any
	if err := json.NewDecoder(r.Body).Decode(&fields); err != nil {
		return fmt.Errorf("%w: %w", ErrBadBody, err)
	}
	r.PostForm = make(url.Values)
	for name, value := range fields {
		switch v := value.(type) {
		case string:
			r.PostForm.Set(name, v)
		case bool:
			r.PostForm.Set(name, fmt.Sprint(v))
		default:
			// A credential, as the browser gives it.
			b, err := json.Marshal(v)
			if err != nil {
				return fmt.Errorf("%w: %w", ErrBadBody, err)
			}
			r.PostForm.Set(name, string(b))
		}
	}
	r.Form = r.PostForm
	return nil
}

func field(c echo.Context, name string) string { return c.Request().PostForm.Get(name) }

// isSet reports whether a box is ticked.
func isSet(c echo.Context, name string) bool {
	v := field(c, name)
	return v == "true" || v == "on" || v == "1" || v == "yes"
}
