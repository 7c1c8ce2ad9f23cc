BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0006');
CREATE TABLE conversations (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	conversation_id VARCHAR(200) NOT NULL, 
	team VARCHAR(60) NOT NULL, 
	agent VARCHAR(60) NOT NULL, 
	helpdesk VARCHAR(300) NOT NULL, 
	subject TEXT NOT NULL, 
	customer_id VARCHAR(300), 
	customer_email VARCHAR(300), 
	customer_name VARCHAR(300), 
	opened_at DATETIME NOT NULL, 
	last_at DATETIME NOT NULL, 
	CONSTRAINT conversations_key UNIQUE (conversation_id, team)
);
INSERT INTO "conversations" VALUES(1,'c1','billing','ana','desk','Parcel','cust-1','kim@example.org','Kim Park','2026-11-20 12:00:00.000000','2026-11-20 12:00:00.000000');
CREATE TABLE "events" (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	kind VARCHAR(40) NOT NULL, 
	at DATETIME NOT NULL, 
	conversation_id VARCHAR(200), 
	team VARCHAR(60) NOT NULL, 
	person VARCHAR(60) NOT NULL, 
	suggestion_id VARCHAR(200), 
	report_id VARCHAR(200), 
	schema INTEGER NOT NULL, 
	payload JSON NOT NULL, 
	about INTEGER, 
	CONSTRAINT events_report UNIQUE (person, report_id)
);
INSERT INTO "events" VALUES(1,'conversation_opened','2026-11-20 12:00:00.000000','c1','billing','ana',NULL,NULL,1,'{"helpdesk": "desk", "channel": "email", "team": "billing", "turns": []}',NULL);
INSERT INTO "events" VALUES(2,'suggestion_ready','2026-11-20 12:00:00.000000','c1','billing','ana','s1',NULL,1,'{"turn_id": "t1", "source": "extractive", "revision": "r1", "confidence": 0.8, "citations": [{"number": 1, "passage_id": "p1", "document_id": "policies/delivery.md", "start": 0, "end": 21, "support": 0.9}], "length": 21, "ms": 12}',NULL);
INSERT INTO "events" VALUES(3,'flag_raised','2026-11-20 12:00:00.000000','c1','billing','ana',NULL,NULL,1,'{"reason": "frustration", "severity": "act", "confidence": 0.9, "turn_id": "t1", "start": 0, "end": 5}',NULL);
INSERT INTO "events" VALUES(4,'flag_answered','2026-11-20 12:00:00.000000','c1','billing','ana',NULL,'r1',1,'{"reason": "frustration", "severity": "act", "confidence": 0.9, "turn_id": "t1", "start": 0, "end": 5, "response": "agreed"}',NULL);
INSERT INTO "events" VALUES(5,'outcome_reported','2026-11-20 12:00:05.000000','c1','billing','ana','s1','r2',1,'{"outcome": "edited", "sent_length": 21, "shown_ms": 3000, "distance": 3}',NULL);
INSERT INTO "events" VALUES(6,'passage_reported','2026-11-20 12:00:00.000000','c1','billing','ana',NULL,'r9',1,'{"about": "snippet", "problem": "outdated", "turn_id": "t1", "revision": "r1", "passages": [{"passage_id": "p1", "document_id": "policies/delivery.md", "title": "Delivery times", "owner": "mira.holt"}]}',NULL);
INSERT INTO "events" VALUES(7,'report_answered','2026-11-21 12:00:00.000000','c1','billing','mira.holt',NULL,NULL,1,'{"answer": "fixed", "title": "Delivery times"}',6);
INSERT INTO "events" VALUES(8,'handover_offered','2026-11-20 12:00:00.000000','c1','billing','ana',NULL,'h1',1,'{"to_kind": "person", "to": "ben", "length": 32}',NULL);
CREATE TABLE experts (
	person INTEGER NOT NULL, 
	topics JSON NOT NULL, 
	products JSON NOT NULL, 
	languages JSON NOT NULL, 
	hours VARCHAR(300) NOT NULL, 
	zone VARCHAR(60) NOT NULL, 
	most INTEGER NOT NULL, 
	changed_at DATETIME NOT NULL, 
	PRIMARY KEY (person), 
	FOREIGN KEY(person) REFERENCES people (id) ON DELETE CASCADE
);
INSERT INTO "experts" VALUES(3,'["hand grinders", "descaling"]','["Brewer Two"]','["English", "German"]','mon-fri 16:00-18:00','Europe/London',2,'2026-11-20 12:00:00.000000');
CREATE TABLE handovers (
	id INTEGER NOT NULL, 
	conversation_id VARCHAR(200) NOT NULL, 
	team VARCHAR(60) NOT NULL, 
	sender VARCHAR(60) NOT NULL, 
	report_id VARCHAR(200) NOT NULL, 
	to_kind VARCHAR(20) NOT NULL, 
	to_name VARCHAR(60) NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	holder VARCHAR(60), 
	declined JSON NOT NULL, 
	offered_at DATETIME NOT NULL, 
	version INTEGER NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "handovers" VALUES(8,'c1','billing','ana','h1','person','ben','offered',NULL,'[]','2026-11-20 12:00:00.000000',0);
CREATE TABLE own_texts (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	person INTEGER, 
	team VARCHAR(60), 
	kind VARCHAR(20) NOT NULL, 
	title TEXT NOT NULL, 
	text TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	changed_at DATETIME NOT NULL, 
	CONSTRAINT own_texts_keeper CHECK ((person IS NULL) <> (team IS NULL)), 
	FOREIGN KEY(person) REFERENCES people (id) ON DELETE CASCADE
);
INSERT INTO "own_texts" VALUES(1,1,NULL,'macro','Late parcel','Dear {{customer_name}}, it is on its way.',2,'2026-11-20 12:00:00.000000');
INSERT INTO "own_texts" VALUES(2,NULL,'billing','closing','','Kind regards from billing',1,'2026-11-20 12:00:00.000000');
CREATE TABLE people (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name VARCHAR(60) NOT NULL, 
	team VARCHAR(60) NOT NULL, 
	roles JSON NOT NULL, 
	added_at DATETIME NOT NULL, 
	revoked_at DATETIME, 
	UNIQUE (name)
);
INSERT INTO "people" VALUES(1,'ana','billing','["agent"]','2026-11-20 12:00:00.000000',NULL);
INSERT INTO "people" VALUES(2,'ben','billing','["agent"]','2026-11-20 12:00:00.000000',NULL);
INSERT INTO "people" VALUES(3,'eva','billing','["expert"]','2026-11-20 12:00:00.000000',NULL);
CREATE TABLE texts (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	conversation INTEGER NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	ref VARCHAR(200) NOT NULL, 
	text TEXT NOT NULL, 
	stored_at DATETIME NOT NULL, 
	CONSTRAINT texts_key UNIQUE (conversation, kind, ref), 
	FOREIGN KEY(conversation) REFERENCES conversations (id) ON DELETE CASCADE
);
INSERT INTO "texts" VALUES(1,1,'turn','t1','Where is my parcel?','2026-11-20 12:00:00.000000');
INSERT INTO "texts" VALUES(2,1,'suggestion','s1','It arrives on Friday.','2026-11-20 12:00:00.000000');
INSERT INTO "texts" VALUES(3,1,'sent','s1','It arrives on Monday.','2026-11-20 12:00:05.000000');
INSERT INTO "texts" VALUES(4,1,'quote','r9','It arrives on Friday.','2026-11-20 12:00:00.000000');
INSERT INTO "texts" VALUES(5,1,'note','r9','Since June it is Monday.','2026-11-20 12:00:00.000000');
INSERT INTO "texts" VALUES(6,1,'answer','r9','Corrected.','2026-11-21 12:00:00.000000');
INSERT INTO "texts" VALUES(7,1,'brief','h1','Situation: “Where is my parcel?”','2026-11-20 12:00:00.000000');
CREATE TABLE thresholds (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	team VARCHAR(60) NOT NULL, 
	reason VARCHAR(40) NOT NULL, 
	version INTEGER NOT NULL, 
	quiet FLOAT, 
	shown FLOAT, 
	person VARCHAR(60) NOT NULL, 
	at DATETIME NOT NULL, 
	why TEXT NOT NULL, 
	CONSTRAINT thresholds_version UNIQUE (team, reason, version)
);
INSERT INTO "thresholds" VALUES(1,'billing','upsell',1,NULL,0.8,'lea','2026-11-20 12:00:00.000000','Too many of them.');
CREATE TABLE tokens (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	digest VARCHAR(64) NOT NULL, 
	purpose VARCHAR(20) NOT NULL, 
	person INTEGER NOT NULL, 
	made_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	ended_at DATETIME, 
	UNIQUE (digest), 
	FOREIGN KEY(person) REFERENCES people (id) ON DELETE CASCADE
);
INSERT INTO "tokens" VALUES(1,'b4e3ebf83636cfb1251ad95c79598ab9536f80b463802f89309ec89f35d15308','person',1,'2026-11-20 12:00:00.000000','2126-10-27 12:00:00.000000',NULL);
INSERT INTO "tokens" VALUES(2,'5d71a9f7ca1080b462473f81e2177aa002922b425a0ca0d8eb5513926e58ecc4','person',2,'2026-11-20 12:00:00.000000','2027-02-18 12:00:00.000000',NULL);
CREATE INDEX ix_conversations_customer_id ON conversations (customer_id);
CREATE INDEX ix_conversations_customer_name ON conversations (customer_name);
CREATE INDEX ix_conversations_last_at ON conversations (last_at);
CREATE INDEX ix_conversations_customer_email ON conversations (customer_email);
CREATE INDEX ix_texts_stored_at ON texts (stored_at);
CREATE INDEX ix_tokens_person ON tokens (person);
CREATE INDEX events_team ON events (team, kind, id);
CREATE INDEX events_conversation ON events (conversation_id, person);
CREATE INDEX events_suggestion ON events (suggestion_id);
CREATE INDEX events_kind ON events (kind, id);
CREATE INDEX events_person ON events (person, kind, at);
CREATE INDEX events_about ON events (about) WHERE about IS NOT NULL;
CREATE TRIGGER events_refuse_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER events_refuse_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE INDEX handovers_state ON handovers (state, offered_at);
CREATE UNIQUE INDEX handovers_offered ON handovers (conversation_id, team) WHERE state = 'offered';
CREATE INDEX ix_own_texts_person ON own_texts (person);
CREATE INDEX ix_own_texts_team ON own_texts (team);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('conversations',1);
INSERT INTO "sqlite_sequence" VALUES('texts',7);
INSERT INTO "sqlite_sequence" VALUES('people',3);
INSERT INTO "sqlite_sequence" VALUES('tokens',2);
INSERT INTO "sqlite_sequence" VALUES('events',8);
INSERT INTO "sqlite_sequence" VALUES('thresholds',1);
INSERT INTO "sqlite_sequence" VALUES('own_texts',2);
COMMIT;
