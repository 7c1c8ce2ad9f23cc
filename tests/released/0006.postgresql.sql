CREATE FUNCTION public.events_refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'events are append-only'; END $$;
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.conversations (
    id bigint NOT NULL,
    conversation_id character varying(200) NOT NULL,
    team character varying(60) NOT NULL,
    agent character varying(60) NOT NULL,
    helpdesk character varying(300) NOT NULL,
    subject text NOT NULL,
    customer_id character varying(300),
    customer_email character varying(300),
    customer_name character varying(300),
    opened_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL
);
ALTER TABLE ONLY public.conversations ALTER COLUMN subject SET STATISTICS 0;
ALTER TABLE ONLY public.conversations ALTER COLUMN customer_id SET STATISTICS 0;
ALTER TABLE ONLY public.conversations ALTER COLUMN customer_email SET STATISTICS 0;
ALTER TABLE ONLY public.conversations ALTER COLUMN customer_name SET STATISTICS 0;
CREATE SEQUENCE public.conversations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.conversations_id_seq OWNED BY public.conversations.id;
CREATE TABLE public.events (
    id bigint NOT NULL,
    kind character varying(40) NOT NULL,
    at timestamp with time zone NOT NULL,
    conversation_id character varying(200),
    team character varying(60) NOT NULL,
    person character varying(60) NOT NULL,
    suggestion_id character varying(200),
    report_id character varying(200),
    schema integer NOT NULL,
    payload jsonb NOT NULL,
    about bigint
);
CREATE SEQUENCE public.events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.events_id_seq OWNED BY public.events.id;
CREATE TABLE public.experts (
    person bigint NOT NULL,
    topics jsonb NOT NULL,
    products jsonb NOT NULL,
    languages jsonb NOT NULL,
    hours character varying(300) NOT NULL,
    zone character varying(60) NOT NULL,
    most integer NOT NULL,
    changed_at timestamp with time zone NOT NULL
);
CREATE TABLE public.handovers (
    id bigint NOT NULL,
    conversation_id character varying(200) NOT NULL,
    team character varying(60) NOT NULL,
    sender character varying(60) NOT NULL,
    report_id character varying(200) NOT NULL,
    to_kind character varying(20) NOT NULL,
    to_name character varying(60) NOT NULL,
    state character varying(20) NOT NULL,
    holder character varying(60),
    declined jsonb NOT NULL,
    offered_at timestamp with time zone NOT NULL,
    version integer NOT NULL
);
CREATE TABLE public.own_texts (
    id bigint NOT NULL,
    person bigint,
    team character varying(60),
    kind character varying(20) NOT NULL,
    title text NOT NULL,
    text text NOT NULL,
    version integer NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT own_texts_keeper CHECK (((person IS NULL) <> (team IS NULL)))
);
CREATE SEQUENCE public.own_texts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.own_texts_id_seq OWNED BY public.own_texts.id;
CREATE TABLE public.people (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    team character varying(60) NOT NULL,
    roles jsonb NOT NULL,
    added_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone
);
CREATE SEQUENCE public.people_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.people_id_seq OWNED BY public.people.id;
CREATE TABLE public.texts (
    id bigint NOT NULL,
    conversation bigint NOT NULL,
    kind character varying(20) NOT NULL,
    ref character varying(200) NOT NULL,
    text text NOT NULL,
    stored_at timestamp with time zone NOT NULL
);
ALTER TABLE ONLY public.texts ALTER COLUMN text SET STATISTICS 0;
CREATE SEQUENCE public.texts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.texts_id_seq OWNED BY public.texts.id;
CREATE TABLE public.thresholds (
    id bigint NOT NULL,
    team character varying(60) NOT NULL,
    reason character varying(40) NOT NULL,
    version integer NOT NULL,
    quiet double precision,
    shown double precision,
    person character varying(60) NOT NULL,
    at timestamp with time zone NOT NULL,
    why text NOT NULL
);
ALTER TABLE ONLY public.thresholds ALTER COLUMN why SET STATISTICS 0;
CREATE SEQUENCE public.thresholds_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.thresholds_id_seq OWNED BY public.thresholds.id;
CREATE TABLE public.tokens (
    id bigint NOT NULL,
    digest character varying(64) NOT NULL,
    purpose character varying(20) NOT NULL,
    person bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone
);
CREATE SEQUENCE public.tokens_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.tokens_id_seq OWNED BY public.tokens.id;
ALTER TABLE ONLY public.conversations ALTER COLUMN id SET DEFAULT nextval('public.conversations_id_seq'::regclass);
ALTER TABLE ONLY public.events ALTER COLUMN id SET DEFAULT nextval('public.events_id_seq'::regclass);
ALTER TABLE ONLY public.own_texts ALTER COLUMN id SET DEFAULT nextval('public.own_texts_id_seq'::regclass);
ALTER TABLE ONLY public.people ALTER COLUMN id SET DEFAULT nextval('public.people_id_seq'::regclass);
ALTER TABLE ONLY public.texts ALTER COLUMN id SET DEFAULT nextval('public.texts_id_seq'::regclass);
ALTER TABLE ONLY public.thresholds ALTER COLUMN id SET DEFAULT nextval('public.thresholds_id_seq'::regclass);
ALTER TABLE ONLY public.tokens ALTER COLUMN id SET DEFAULT nextval('public.tokens_id_seq'::regclass);
INSERT INTO public.alembic_version VALUES ('0006');
INSERT INTO public.conversations VALUES (1, 'c1', 'billing', 'ana', 'desk', 'Parcel', 'cust-1', 'kim@example.org', 'Kim Park', '2026-11-20 12:00:00+00', '2026-11-20 12:00:00+00');
INSERT INTO public.events VALUES (1, 'conversation_opened', '2026-11-20 12:00:00+00', 'c1', 'billing', 'ana', NULL, NULL, 1, '{"team": "billing", "turns": [], "channel": "email", "helpdesk": "desk"}', NULL);
INSERT INTO public.events VALUES (2, 'suggestion_ready', '2026-11-20 12:00:00+00', 'c1', 'billing', 'ana', 's1', NULL, 1, '{"ms": 12, "length": 21, "source": "extractive", "turn_id": "t1", "revision": "r1", "citations": [{"end": 21, "start": 0, "number": 1, "support": 0.9, "passage_id": "p1", "document_id": "policies/delivery.md"}], "confidence": 0.8}', NULL);
INSERT INTO public.events VALUES (3, 'flag_raised', '2026-11-20 12:00:00+00', 'c1', 'billing', 'ana', NULL, NULL, 1, '{"end": 5, "start": 0, "reason": "frustration", "turn_id": "t1", "severity": "act", "confidence": 0.9}', NULL);
INSERT INTO public.events VALUES (4, 'flag_answered', '2026-11-20 12:00:00+00', 'c1', 'billing', 'ana', NULL, 'r1', 1, '{"end": 5, "start": 0, "reason": "frustration", "turn_id": "t1", "response": "agreed", "severity": "act", "confidence": 0.9}', NULL);
INSERT INTO public.events VALUES (5, 'outcome_reported', '2026-11-20 12:00:05+00', 'c1', 'billing', 'ana', 's1', 'r2', 1, '{"outcome": "edited", "distance": 3, "shown_ms": 3000, "sent_length": 21}', NULL);
INSERT INTO public.events VALUES (6, 'passage_reported', '2026-11-20 12:00:00+00', 'c1', 'billing', 'ana', NULL, 'r9', 1, '{"about": "snippet", "problem": "outdated", "turn_id": "t1", "passages": [{"owner": "mira.holt", "title": "Delivery times", "passage_id": "p1", "document_id": "policies/delivery.md"}], "revision": "r1"}', NULL);
INSERT INTO public.events VALUES (7, 'report_answered', '2026-11-21 12:00:00+00', 'c1', 'billing', 'mira.holt', NULL, NULL, 1, '{"title": "Delivery times", "answer": "fixed"}', 6);
INSERT INTO public.events VALUES (8, 'handover_offered', '2026-11-20 12:00:00+00', 'c1', 'billing', 'ana', NULL, 'h1', 1, '{"to": "ben", "length": 32, "to_kind": "person"}', NULL);
INSERT INTO public.experts VALUES (3, '["hand grinders", "descaling"]', '["Brewer Two"]', '["English", "German"]', 'mon-fri 16:00-18:00', 'Europe/London', 2, '2026-11-20 12:00:00+00');
INSERT INTO public.handovers VALUES (8, 'c1', 'billing', 'ana', 'h1', 'person', 'ben', 'offered', NULL, '[]', '2026-11-20 12:00:00+00', 0);
INSERT INTO public.own_texts VALUES (1, 1, NULL, 'macro', 'Late parcel', 'Dear {{customer_name}}, it is on its way.', 2, '2026-11-20 12:00:00+00');
INSERT INTO public.own_texts VALUES (2, NULL, 'billing', 'closing', '', 'Kind regards from billing', 1, '2026-11-20 12:00:00+00');
INSERT INTO public.people VALUES (1, 'ana', 'billing', '["agent"]', '2026-11-20 12:00:00+00', NULL);
INSERT INTO public.people VALUES (2, 'ben', 'billing', '["agent"]', '2026-11-20 12:00:00+00', NULL);
INSERT INTO public.people VALUES (3, 'eva', 'billing', '["expert"]', '2026-11-20 12:00:00+00', NULL);
INSERT INTO public.texts VALUES (1, 1, 'turn', 't1', 'Where is my parcel?', '2026-11-20 12:00:00+00');
INSERT INTO public.texts VALUES (2, 1, 'suggestion', 's1', 'It arrives on Friday.', '2026-11-20 12:00:00+00');
INSERT INTO public.texts VALUES (3, 1, 'sent', 's1', 'It arrives on Monday.', '2026-11-20 12:00:05+00');
INSERT INTO public.texts VALUES (4, 1, 'quote', 'r9', 'It arrives on Friday.', '2026-11-20 12:00:00+00');
INSERT INTO public.texts VALUES (5, 1, 'note', 'r9', 'Since June it is Monday.', '2026-11-20 12:00:00+00');
INSERT INTO public.texts VALUES (6, 1, 'answer', 'r9', 'Corrected.', '2026-11-21 12:00:00+00');
INSERT INTO public.texts VALUES (7, 1, 'brief', 'h1', 'Situation: “Where is my parcel?”', '2026-11-20 12:00:00+00');
INSERT INTO public.thresholds VALUES (1, 'billing', 'upsell', 1, NULL, 0.8, 'lea', '2026-11-20 12:00:00+00', 'Too many of them.');
INSERT INTO public.tokens VALUES (1, 'b4e3ebf83636cfb1251ad95c79598ab9536f80b463802f89309ec89f35d15308', 'person', 1, '2026-11-20 12:00:00+00', '2126-10-27 12:00:00+00', NULL);
INSERT INTO public.tokens VALUES (2, '9e73f814bd9b56098f66edb2c48d75128b07acd08c171893974d9e8aff37eb9c', 'person', 2, '2026-11-20 12:00:00+00', '2027-02-18 12:00:00+00', NULL);
SELECT pg_catalog.setval('public.conversations_id_seq', 1, true);
SELECT pg_catalog.setval('public.events_id_seq', 8, true);
SELECT pg_catalog.setval('public.own_texts_id_seq', 2, true);
SELECT pg_catalog.setval('public.people_id_seq', 3, true);
SELECT pg_catalog.setval('public.texts_id_seq', 7, true);
SELECT pg_catalog.setval('public.thresholds_id_seq', 1, true);
SELECT pg_catalog.setval('public.tokens_id_seq', 2, true);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_key UNIQUE (conversation_id, team);
ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_report UNIQUE (person, report_id);
ALTER TABLE ONLY public.experts
    ADD CONSTRAINT experts_pkey PRIMARY KEY (person);
ALTER TABLE ONLY public.handovers
    ADD CONSTRAINT handovers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.own_texts
    ADD CONSTRAINT own_texts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.people
    ADD CONSTRAINT people_name_key UNIQUE (name);
ALTER TABLE ONLY public.people
    ADD CONSTRAINT people_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.texts
    ADD CONSTRAINT texts_key UNIQUE (conversation, kind, ref);
ALTER TABLE ONLY public.texts
    ADD CONSTRAINT texts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.thresholds
    ADD CONSTRAINT thresholds_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.thresholds
    ADD CONSTRAINT thresholds_version UNIQUE (team, reason, version);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_digest_key UNIQUE (digest);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (id);
CREATE INDEX events_about ON public.events USING btree (about) WHERE (about IS NOT NULL);
CREATE INDEX events_conversation ON public.events USING btree (conversation_id, person);
CREATE INDEX events_kind ON public.events USING btree (kind, id);
CREATE INDEX events_person ON public.events USING btree (person, kind, at);
CREATE INDEX events_suggestion ON public.events USING btree (suggestion_id);
CREATE INDEX events_team ON public.events USING btree (team, kind, id);
CREATE UNIQUE INDEX handovers_offered ON public.handovers USING btree (conversation_id, team) WHERE ((state)::text = 'offered'::text);
CREATE INDEX handovers_state ON public.handovers USING btree (state, offered_at);
CREATE INDEX ix_conversations_customer_email ON public.conversations USING btree (customer_email);
CREATE INDEX ix_conversations_customer_id ON public.conversations USING btree (customer_id);
CREATE INDEX ix_conversations_customer_name ON public.conversations USING btree (customer_name);
CREATE INDEX ix_conversations_last_at ON public.conversations USING btree (last_at);
CREATE INDEX ix_own_texts_person ON public.own_texts USING btree (person);
CREATE INDEX ix_own_texts_team ON public.own_texts USING btree (team);
CREATE INDEX ix_texts_stored_at ON public.texts USING btree (stored_at);
CREATE INDEX ix_tokens_person ON public.tokens USING btree (person);
CREATE TRIGGER events_refuse_change BEFORE DELETE OR UPDATE OR TRUNCATE ON public.events FOR EACH STATEMENT EXECUTE FUNCTION public.events_refuse_change();
ALTER TABLE ONLY public.experts
    ADD CONSTRAINT experts_person_fkey FOREIGN KEY (person) REFERENCES public.people(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.own_texts
    ADD CONSTRAINT own_texts_person_fkey FOREIGN KEY (person) REFERENCES public.people(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.texts
    ADD CONSTRAINT texts_conversation_fkey FOREIGN KEY (conversation) REFERENCES public.conversations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_person_fkey FOREIGN KEY (person) REFERENCES public.people(id) ON DELETE CASCADE;
