"""An event listener as people write them: takes an event, appends it to the file named on the command line, says OK."""
import sys


def main():
    with open(sys.argv[1], "a") as record:
        while True:
            sys.stdout.write("READY\n")
            sys.stdout.flush()
            header = sys.stdin.readline()
            if not header:
                return
            fields = dict(pair.split(":", 1) for pair in header.split())
            body = sys.stdin.read(int(fields["len"]))
            record.write("%s %s %s %s | %s\n" % (
                fields["ver"], fields["server"], fields["pool"], fields["eventname"], body.replace("\n", "\\n")))
            record.flush()
            sys.stdout.write("RESULT 2\nOK")
            sys.stdout.flush()


main()
