// Package expr has the names of the parts of a rule; see the package above it.
package expr

type (
	// Any is a part of a rule.
	Any any
	// CmpOp is how Cmp compares.
	CmpOp uint32
	// CtKey is what Ct asks of a connection.
	CtKey uint32
	// MetaKey is what Meta asks of a packet.
	MetaKey uint32
	// PayloadBase is from where Payload counts.
	PayloadBase uint32
	// QueueFlag is how Queue hands packets over.
	QueueFlag uint16
	// VerdictKind is what Verdict says.
	VerdictKind int64
	// Bitwise changes a value.
	Bitwise struct {
		SourceRegister, DestRegister, Len uint32
		Mask, Xor                         []byte
	}
	// Cmp compares a value.
	Cmp struct {
		Op       CmpOp
		Register uint32
		Data     []byte
	}
	// Counter counts packets.
	Counter struct{}
	// Ct looks at the connection.
	Ct struct {
		Register       uint32
		SourceRegister bool
		Key            CtKey
	}
	// Lookup looks into a set.
	Lookup struct {
		SourceRegister, DestRegister uint32
		SetName                      string
	}
	// Meta looks at the packet.
	Meta struct {
		Key            MetaKey
		SourceRegister bool
		Register       uint32
	}
	// Payload looks into the packet.
	Payload struct {
		DestRegister uint32
		Base         PayloadBase
		Offset, Len  uint32
	}
	// Queue hands the packet to a program.
	Queue struct {
		Num  uint16
		Flag QueueFlag
	}
	// Verdict ends the rule.
	Verdict struct{ Kind VerdictKind }
)

// Names that the library's rules use; nobody reads their values.
const (
	CmpOpEq CmpOp = iota
	CmpOpNeq
)

// See above.
const (
	CtKeySTATE                 CtKey       = 0
	CtStateBitESTABLISHED      uint32      = 2
	CtStateBitRELATED          uint32      = 4
	MetaKeyL4PROTO             MetaKey     = 16
	MetaKeyNFPROTO             MetaKey     = 15
	MetaKeySKUID               MetaKey     = 10
	PayloadBaseNetworkHeader   PayloadBase = 1
	PayloadBaseTransportHeader PayloadBase = 2
	QueueFlagBypass            QueueFlag   = 1
	VerdictAccept              VerdictKind = 1
)
