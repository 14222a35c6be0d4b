/** Other words for what tools do, and for what they do it to. Pure. */
import { stemOf } from "./words.ts";

/** Words of one line stand for each other. */
const alike = `
add create make new insert append register open
create post
append add write
archive zip compress pack
calculate compute sum count
add sum plus total
change update edit modify patch set rename alter put
check verify validate test inspect
close resolve complete finish done
connect open attach link
watch monitor observe track follow subscribe
install setup deploy
uninstall remove delete
copy duplicate clone
count number total amount
delete remove drop erase destroy discard clear purge forget trash
disable deactivate off pause
download export save pull fetch
enable activate on
execute run eval evaluate exec invoke perform
explain describe detail
fetch get read retrieve load download obtain show view
find search lookup locate query look discover
history log
launch start run begin spawn trigger
list enumerate show all browse get view
move rename transfer relocate mv
open navigate visit goto go browse
publish submit release post send
restart reboot reload rollout
revert undo reset rollback restore
save write store put
see view show
send post publish deliver message notify
set configure
stop kill terminate cancel abort end halt
type fill enter input
upload attach send
wait sleep delay pause until
write create save store
account user profile
address location place
alert dialog popup notification
attachment file upload
author owner user creator
bill invoice
board project
bug issue ticket defect problem task
calendar event meeting appointment schedule
channel room conversation
chat message
client customer
column field attribute property
command shell terminal bash process cli
comment note reply remark annotation discussion
configuration config setting preference option
contact person people member user
container pod
dashboard report
database db
dependency package library
direction route navigation path
distance travel trip
altitude elevation height
coordinate latitude longitude geocode gps
theme mode color
weather forecast
directory folder dir
document doc file page
documentation doc guide manual reference
email mail
emoji reaction
environment env variable
error exception failure crash problem
file document
graph network
group team organization
identity whoami self
image picture photo icon img screenshot
internet web online
javascript js script code
label tag
link url href
log output
login auth signin authenticate
member people participant user
message msg text post
metadata info information detail
model class type
page site website webpage
password secret credential
payment charge
people user member person
permission access role
picture image
plan subscription
price cost
process task job
release version
repository repo project
request call
row record entry
schema structure definition
screenshot image capture
server host machine node
size dimension
sql query
stats statistic metric usage
status state progress health
summary overview
tab page window
table sheet
task todo issue
text content
thread conversation discussion
time date clock
timezone zone
tree hierarchy structure recursive
url link address uri
version revision
video recording screencast
website site web page
workflow pipeline ci build action
workspace organization team
`;

/** What is short for other words, or a command whose name everyone knows: it stands for them, not they for it. */
const standsFor: Readonly<Record<string, string>> = {
	pr: "pull request",
	prs: "pull request",
	mr: "merge request",
	mrs: "merge request",
	k8s: "kubernetes kubectl",
	ls: "list directory",
	mkdir: "create directory",
	rm: "delete file",
	rmdir: "delete directory",
	mv: "move file",
	cp: "copy file",
	cat: "read file",
	grep: "search text",
	ps: "list process",
	curl: "fetch url",
	wget: "fetch download url",
	http: "fetch url",
	https: "fetch url",
	google: "search web",
	ocr: "image text",
	dm: "message direct",
	faq: "question documentation",
	kb: "knowledge",
	lat: "latitude",
	lng: "longitude",
	js: "javascript",
	ts: "typescript",
	py: "python",
	pg: "postgres",
	postgresql: "postgres",
	mongo: "mongodb",
	vm: "virtual machine",
	ui: "interface",
	ip: "address",
	utc: "timezone",
	nearby: "local place",
};

export interface Synonyms {
	/** The stems that mean about the same; without the stem itself. */
	readonly alike: (stem: string) => ReadonlySet<string>;
	/** The stems that it stands for, all of which are meant. */
	readonly standsFor: (stem: string) => readonly string[] | undefined;
}

export function createSynonyms(): Synonyms {
	const byStem = new Map<string, Set<string>>();
	for (const line of alike.trim().split("\n")) {
		const stems = line.split(" ").map(stemOf);
		for (const stem of stems) {
			const others = byStem.get(stem) ?? new Set();
			for (const other of stems) if (other !== stem) others.add(other);
			byStem.set(stem, others);
		}
	}
	const short = new Map(
		Object.entries(standsFor).map(([word, words]) => [stemOf(word), words.split(" ").map(stemOf)] as const),
	);
	return { alike: (stem) => byStem.get(stem) ?? new Set(), standsFor: (stem) => short.get(stem) };
}
