package export

import (
	"context"
	"errors"
)

func read(context.Context, []Input, Options) (*Receipt, error) {
	return nil, errors.New("not written yet")
}
