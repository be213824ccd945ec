-- A register for measurements: companies, people, events. Run by filling.py, which sets :companies
-- (their number) and :rights (what an admin may do).
--
-- 450,000 companies have 2,000,000 people: nearly all have 1 to 10, five have 10,000 and one has
-- 100,000. A smaller register has the same shape. Company number 1 always has exactly 50 people,
-- so that one list is the same whatever the size. Keys are digests of running numbers: as
-- scattered as random ones, and rows can point at each other without being looked up.

-- Seven digits and a check digit; a remainder of 1 would need the check digit "10".
CREATE TEMPORARY TABLE bench_company ON COMMIT DROP AS
WITH candidate AS (
    SELECT seven,
        ( seven / 1000000 % 10 * 7 + seven / 100000 % 10 * 9 + seven / 10000 % 10 * 10
        + seven / 1000 % 10 * 5 + seven / 100 % 10 * 8 + seven / 10 % 10 * 4
        + seven % 10 * 2) % 11 AS remainder
    FROM generate_series(1000000, 1000100 + :companies * 2) AS seven
), numbered AS (
    SELECT row_number() OVER (ORDER BY seven)::integer AS n,
        seven || '-' || (11 - remainder) % 11 AS business_id
    FROM candidate WHERE remainder <> 1 ORDER BY seven LIMIT :companies
), sized AS (
    SELECT *,
        CASE WHEN n = 1 THEN 50
            WHEN n = 2 THEN :companies * 2 / 9
            WHEN n <= 7 THEN :companies / 45
            ELSE ('{1,1,1,2,3,4,5,6,8,10}'::integer[])[1 + n % 10] + (n % 90 = 0)::integer
        END AS size
    FROM numbered
)
SELECT n, md5('company' || n)::uuid AS id, business_id, size,
    (sum(size) OVER (ORDER BY n) - size)::integer AS people_before,
    ('{Rakennus,Kuljetus,Konepaja,Leipomo,Metsä,Sähkö,Ravintola,Siivous}'::text[])[1 + n % 8]
        || ' ' || to_char(n, 'FM000000') || ' Oy' AS name,
    ('{Helsinki,Lohja,Tampere,Turku,Oulu,Vaasa,Kuopio}'::text[])[1 + n % 7] AS city,
    date '2016-01-01' + n % 3800 AS started_on
FROM sized;

CREATE TEMPORARY TABLE bench_person ON COMMIT DROP AS
SELECT people_before + k AS n, company.n AS company, company.id AS organisation_id, started_on,
    md5('person' || people_before + k)::uuid AS id,
    md5('membership' || people_before + k)::uuid AS membership_id,
    ('{toimisto,myynti,talous,asiakas,huolto,posti,varasto,johto}'::text[])
        [1 + (people_before + k) % 8]
        || '.' || people_before + k || '@yritys' || company.n || '.example' AS email,
    CASE WHEN k = 1 OR k = 2 AND size >= 10 THEN 'admin'
        WHEN k % 5 = 4 THEN 'reader'
        ELSE 'member'
    END AS role
FROM bench_company AS company, generate_series(1, size) AS k;

ANALYZE bench_company, bench_person;

INSERT INTO company_organisation (
    id, name, business_id, identified_at, visiting_street, visiting_postal_code, visiting_city,
    postal_street, postal_postal_code, postal_city, invoicing_street, invoicing_postal_code,
    invoicing_city, phone, email, other_contact_details, e_invoice_address, e_invoice_operator,
    mfa_required, created_at
)
SELECT id, name, business_id, CASE WHEN n % 20 > 0 THEN started_on END,
    'Kauppakatu ' || n % 200, '00100', city,
    'PL ' || n % 900, '00101', city, 'PL ' || n % 900, '00101',
    city, '+35891' || to_char(n, 'FM000000'), 'posti@yritys' || n || '.example', '',
    'TE0037' || replace(business_id, '-', ''), 'TE003701', false, started_on
FROM bench_company;

INSERT INTO company_tradename (id, organisation_id, name)
SELECT md5('tradename' || n)::uuid, id, 'Aputoiminimi ' || n FROM bench_company WHERE n % 10 = 0;

INSERT INTO relationship_relationship (id, organisation_id, started_on)
SELECT md5('relationship' || n)::uuid, id, started_on FROM bench_company;

-- Nobody can sign in: "!" begins a password that no password matches.
INSERT INTO accounts_user (
    id, password, is_superuser, email, phone, is_staff, is_active, date_joined
)
SELECT id, '!' || md5(random()::text), false, email,
    CASE WHEN n % 3 > 0 THEN '+35840' || to_char(n, 'FM0000000') ELSE '' END,
    false, true, started_on
FROM bench_person;

INSERT INTO account_emailaddress (user_id, email, verified, "primary")
SELECT id, email, true, true FROM bench_person;

INSERT INTO persons_membership (id, organisation_id, user_id, role, office, position, joined_at)
SELECT membership_id, organisation_id, id, role, 'Pääkonttori',
    CASE WHEN role = 'admin' THEN 'Toimitusjohtaja' ELSE 'Asiantuntija' END, started_on
FROM bench_person;

-- Accountants: one person in a hundred belongs to another company too.
INSERT INTO persons_membership (id, organisation_id, user_id, role, office, position, joined_at)
SELECT md5('second' || person.n)::uuid, other.id, person.id, 'reader', 'Tilitoimisto',
    'Kirjanpitäjä', other.started_on
FROM bench_person AS person
JOIN bench_company AS other
    ON other.n = 2 + person.n / 100 % (:companies - 1) AND other.n <> person.company
WHERE person.n % 100 = 0;

INSERT INTO company_organisationuserobjectpermission (organisation_id, user_id, permission_id)
SELECT organisation_id, person.id, permission.id
FROM bench_person AS person,
    auth_permission AS permission JOIN django_content_type AS kind ON kind.id = content_type_id
WHERE role = 'admin' AND app_label = 'company' AND model = 'organisation' AND codename IN :rights;

-- Of ten events four are payments, three sales, three services.
INSERT INTO payments_payment (
    id, organisation_id, number, dated_on, buyer_name, buyer_business_id, buyer_address, net, vat,
    retain_until, method, reference
)
SELECT md5('payment' || i)::uuid, id, 'M-' || i, dated_on, name, business_id, city,
    10 + i % 990, round((10 + i % 990) * 0.255, 2),
    make_date(extract(year FROM dated_on)::integer + 6, 12, 31),
    ('{transfer,e_invoice,card,refund}'::text[])[1 + i % 4], ''
FROM generate_series(1, :companies * 16 / 9) AS i,
    date(date '2022-01-01' + i % 1750) AS dated_on, bench_company
WHERE n = 1 + i % :companies;

INSERT INTO payments_sale (
    id, organisation_id, number, dated_on, buyer_name, buyer_business_id, buyer_address, net, vat,
    retain_until, description
)
SELECT md5('sale' || i)::uuid, id, 'L-' || i, dated_on, name, business_id, city,
    10 + i % 990, round((10 + i % 990) * 0.255, 2),
    make_date(extract(year FROM dated_on)::integer + 6, 12, 31), 'Digiarviointi, vuosimaksu'
FROM generate_series(1, :companies * 12 / 9) AS i,
    date(date '2022-01-01' + i % 1750) AS dated_on, bench_company
WHERE n = 1 + i % :companies;

INSERT INTO payments_serviceevent (
    id, organisation_id, happened_at, kind, minutes, membership_id
)
SELECT md5('service' || i)::uuid, id, date '2022-01-01' + i % 1750 + time '09:00',
    ('{advice,training,technical,account}'::text[])[1 + i % 4], 15 + i % 90,
    md5('membership' || people_before + 1)::uuid
FROM generate_series(1, :companies * 12 / 9) AS i, bench_company
WHERE n = 1 + i % :companies;
