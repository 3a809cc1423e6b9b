// Package nftables stands in for github.com/google/nftables where kube-network-policies writes rules of its own.
//
// The kernel's nftables may have no queue, and cmd/network-policies brings rules of iptables. So this has the names
// that the library uses, and does nothing.
package nftables

import "github.com/google/nftables/expr"

type (
	// TableFamily is which packets a table sees.
	TableFamily byte
	// ChainType is what a chain is for.
	ChainType string
	// ChainHook is where the kernel calls a chain.
	ChainHook uint32
	// ChainPriority is in which order it calls several.
	ChainPriority int32
	// SetDatatype is what a set holds.
	SetDatatype struct{}
	// Table holds chains.
	Table struct {
		Name   string
		Family TableFamily
	}
	// Chain holds rules.
	Chain struct {
		Name     string
		Table    *Table
		Type     ChainType
		Hooknum  *ChainHook
		Priority *ChainPriority
	}
	// Rule is one line of a chain.
	Rule struct {
		Table    *Table
		Chain    *Chain
		Exprs    []expr.Any
		UserData []byte
	}
	// Set is a list of addresses.
	Set struct {
		Table   *Table
		Name    string
		KeyType SetDatatype
	}
	// SetElement is one address.
	SetElement struct{ Key []byte }
	// Conn is the way to the kernel, which is never asked.
	Conn struct{}
)

// ChainTypeFilter is a chain that lets through or not.
const ChainTypeFilter ChainType = "filter"

// TableFamilyINet is IPv4 and IPv6.
const TableFamilyINet TableFamily = 1

// What the library's rules name.
var (
	ChainHookPostrouting   = new(ChainHook)
	ChainHookPrerouting    = new(ChainHook)
	ChainPriorityLast      = new(ChainPriority)
	ChainPriorityNATDest   = new(ChainPriority)
	ChainPriorityNATSource = new(ChainPriority)
	TypeIPAddr             = SetDatatype{}
	TypeIP6Addr            = SetDatatype{}
)

// ChainPriorityRef is the address of a priority.
func ChainPriorityRef(p ChainPriority) *ChainPriority { return &p }

// New connects to nothing.
func New() (*Conn, error) { return &Conn{}, nil }

// AddTable does nothing.
func (*Conn) AddTable(t *Table) *Table { return t }

// DelTable does nothing.
func (*Conn) DelTable(*Table) {}

// AddChain does nothing.
func (*Conn) AddChain(c *Chain) *Chain { return c }

// AddRule does nothing.
func (*Conn) AddRule(r *Rule) *Rule { return r }

// AddSet does nothing.
func (*Conn) AddSet(*Set, []SetElement) error { return nil }

// SetAddElements does nothing.
func (*Conn) SetAddElements(*Set, []SetElement) error { return nil }

// Flush does nothing.
func (*Conn) Flush() error { return nil }
