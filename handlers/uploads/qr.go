package uploads

import (
	"fmt"
	"strconv"
	"strings"

	"rsc.io/qr"
)

// quietModules is the empty border that readers of QR codes want.
const quietModules = 4

// A QRView is a QR code as one path, in modules.
type QRView struct {
	Size int    // with its border
	Path string // empty: no code
}

// newQR draws text. A quarter of the code may be unreadable, as on a bad display.
func newQR(text string) (QRView, error) {
	code, err := qr.Encode(text, qr.Q)
	if err != nil {
		return QRView{}, fmt.Errorf("draw QR code: %w", err)
	}
	var path strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			run := 0
			for code.Black(x+run, y) {
				run++
			}
			if run > 0 {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", x+quietModules, y+quietModules, run, run)
			}
			x += run
		}
	}
	return QRView{code.Size + 2*quietModules, path.String()}, nil
}

// viewBox is the area of the drawing.
func (v QRView) viewBox() string {
	size := strconv.Itoa(v.Size)
	return "0 0 " + size + " " + size
}
