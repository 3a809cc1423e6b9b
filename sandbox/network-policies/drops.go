package main

import (
	"encoding/json"
	"fmt"
	"net"

	"github.com/go-logr/logr"
	"k8s.io/klog/v2"
)

// The library says of each packet what it is and what became of it, in two messages of this level.
const telling = 2

// connection is what the library says of a packet.
type connection struct {
	SrcIP, DstIP net.IP
	Proto        string
	DstPort      int
}

// drops is the library's logger: it writes a line for each packet that is dropped, and what the library says in any case.
// The library tells of one packet after another.
type drops struct {
	from, to, packet any
	write            func(string)
}

// Init does nothing.
func (*drops) Init(logr.RuntimeInfo) {}

// Enabled is true up to the level at which the library tells of packets.
func (*drops) Enabled(level int) bool { return level <= telling }

// Info looks for the two messages.
func (d *drops) Info(level int, message string, pairs ...any) {
	switch {
	case level == 0:
		klog.InfoS(message, pairs...)
	case message == "Evaluating packet":
		d.from, d.to, d.packet = value(pairs, "srcPod"), value(pairs, "dstPod"), value(pairs, "packet")
	case message == "Finished syncing packet" && value(pairs, "verdict") == "drop":
		d.write(d.line())
	}
}

// Error writes what the library says.
func (*drops) Error(err error, message string, pairs ...any) { klog.ErrorS(err, message, pairs...) }

// WithValues adds nothing: no message that counts needs them.
func (d *drops) WithValues(...any) logr.LogSink { return d }

// WithName adds nothing.
func (d *drops) WithName(string) logr.LogSink { return d }

// line is what is written of the last packet.
func (d *drops) line() string {
	var c connection
	if told, ok := d.packet.(logr.Marshaler); ok {
		// Its type is the library's own: only its written form is for others.
		if text, err := json.Marshal(told.MarshalLog()); err == nil {
			_ = json.Unmarshal(text, &c)
		}
	}
	return fmt.Sprintf("dropped: %s to %s port %d %s", name(d.from, c.SrcIP), name(d.to, c.DstIP), c.DstPort, c.Proto)
}

// name is a pod's, or the address of what is no pod.
func name(pod any, address net.IP) string {
	if pod == "none" {
		return address.String()
	}
	return fmt.Sprint(pod)
}

func value(pairs []any, key string) any {
	for at := 0; at+1 < len(pairs); at += 2 {
		if pairs[at] == key {
			return pairs[at+1]
		}
	}
	return nil
}
