// Package binaryutil writes numbers as bytes; see the package above it.
package binaryutil

import "encoding/binary"

// Order is an order of bytes.
type Order struct{ binary.AppendByteOrder }

// The two orders that the library's rules use.
var (
	BigEndian    = Order{binary.BigEndian}
	NativeEndian = Order{binary.NativeEndian}
)

// PutUint16 is the number in two bytes.
func (o Order) PutUint16(v uint16) []byte { return o.AppendUint16(nil, v) }

// PutUint32 is the number in four bytes.
func (o Order) PutUint32(v uint32) []byte { return o.AppendUint32(nil, v) }
