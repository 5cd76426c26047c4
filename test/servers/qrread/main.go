// Command qrread prints what the QR code says that is in a PNG on its standard input.
// It shares nothing with the program that draws them.
package main

import (
	"fmt"
	"image"
	_ "image/png"
	"os"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

func main() {
	if err := read(); err != nil {
		fmt.Fprintln(os.Stderr, "qrread:", err)
		os.Exit(1)
	}
}

func read() error {
	picture, _, err := image.Decode(os.Stdin)
	if err != nil {
		return err
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		return err
	}
	found, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
	if err != nil {
		// It misses the corners of three codes in a thousand, drawn however well; here
		// nothing but the code is in the picture.
		found, err = qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true})
	}
	if err != nil {
		return err
	}
	_, err = fmt.Println(found.GetText())
	return err
}
