// Checks a recorded history of stock commands and reads for linearizability.
//
// It reads one operation per line of JSON from standard input, as
// tests/linearizability/history.py writes them, and asks porcupine whether the
// operations on each SKU have an order that agrees with their answers and with
// real time. Exit code: 0 they have, 1 they don't, 2 it can't be told.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"time"

	"github.com/anishathalye/porcupine"
)

// An operation on the stock of one SKU at one location. Times are nanoseconds
// of one clock; without an answer there is no Return, and the operation may
// have taken effect at any time after its Call, or never.
type operation struct {
	Kind   string `json:"kind"`
	SKU    string `json:"sku"`
	Units  int64  `json:"units"`
	Client int    `json:"client"`
	Call   int64  `json:"call"`
	Return *int64 `json:"return"`
	// Of an adjustment: whether it was refused.
	Refused bool `json:"refused"`
	// Of a read.
	Read stock `json:"read"`
}

type stock struct {
	OnHand    int64 `json:"onHand"`
	Available int64 `json:"available"`
	Reserved  int64 `json:"reserved"`
	Committed int64 `json:"committed"`
}

// What the model remembers. What is neither committed nor available is on
// offer to the backorder queue for a moment, which no caller can time.
type state struct {
	onHand    int64
	committed int64
}

// step says whether the operation fits the state, and what it leaves behind.
func step(in, input, _ interface{}) (bool, interface{}) {
	s := in.(state)
	op := input.(operation)
	answered := op.Return != nil
	switch op.Kind {
	case "receive":
		s.onHand += op.Units
	case "count":
		s.onHand = op.Units
	case "adjust":
		refused := s.onHand+op.Units < 0
		if answered && refused != op.Refused {
			return false, s
		}
		if !refused {
			s.onHand += op.Units
		}
	case "commit":
		s.committed += op.Units
	case "release":
		s.committed -= op.Units
	case "read":
		r := op.Read
		return r.OnHand == s.onHand && r.Committed == s.committed &&
			r.Available >= 0 && r.Reserved >= 0 &&
			r.OnHand == r.Available+r.Reserved+r.Committed, s
	default:
		return false, s
	}
	return s.committed >= 0 && s.committed <= s.onHand, s
}

func bySKU(history []porcupine.Operation) [][]porcupine.Operation {
	index := map[string]int{}
	var parts [][]porcupine.Operation
	for _, op := range history {
		sku := op.Input.(operation).SKU
		at, known := index[sku]
		if !known {
			at = len(parts)
			index[sku] = at
			parts = append(parts, nil)
		}
		parts[at] = append(parts[at], op)
	}
	return parts
}

var model = porcupine.Model{
	Partition: bySKU,
	Init:      func() interface{} { return state{} },
	Step:      step,
	DescribeOperation: func(input, _ interface{}) string {
		op := input.(operation)
		if op.Kind == "read" {
			return fmt.Sprintf("read %+v", op.Read)
		}
		return fmt.Sprintf("%s %d refused=%t", op.Kind, op.Units, op.Refused)
	},
	DescribeState: func(s interface{}) string { return fmt.Sprintf("%+v", s) },
}

func read() ([]porcupine.Operation, error) {
	var history []porcupine.Operation
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var op operation
		if err := json.Unmarshal(lines.Bytes(), &op); err != nil {
			return nil, err
		}
		end := int64(math.MaxInt64)
		if op.Return != nil {
			end = *op.Return
		}
		history = append(history, porcupine.Operation{
			ClientId: op.Client, Input: op, Call: op.Call, Return: end})
	}
	return history, lines.Err()
}

func main() {
	picture := flag.String("picture", "", "HTML `file` for what is not linearizable")
	limit := flag.Duration("limit", 5*time.Minute, "give up after this long")
	flag.Parse()
	history, err := read()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	verdict, info := porcupine.CheckOperationsVerbose(model, history, *limit)
	fmt.Printf("%d operations: %s\n", len(history), verdict)
	switch verdict {
	case porcupine.Ok:
		return
	case porcupine.Unknown:
		os.Exit(2)
	}
	if *picture != "" {
		if err := porcupine.VisualizePath(model, info, *picture); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	os.Exit(1)
}
