-- A company of :people people, each with what a person leaves behind: account, address, membership,
-- a session, two changes, two looks. Beside the companies of a small register.
INSERT INTO company_organisation (
    id, name, business_id, visiting_street, visiting_postal_code, visiting_city, postal_street,
    postal_postal_code, postal_city, invoicing_street, invoicing_postal_code, invoicing_city, phone,
    email, other_contact_details, e_invoice_address, e_invoice_operator, mfa_required, created_at
)
SELECT md5('giant')::uuid, 'Jätti Oy', '2100011-4', '', '', '', '', '', '', '', '', '', '',
    '', '', '', '', false, now();

INSERT INTO accounts_user (
    id, password, is_superuser, email, phone, is_staff, is_active, date_joined
)
SELECT md5('giant' || n)::uuid, '!' || md5(n::text), false, 'n' || n || '@jatti.example', '',
    false, true, now()
FROM generate_series(1, :people) AS n;

INSERT INTO account_emailaddress (user_id, email, verified, "primary")
SELECT md5('giant' || n)::uuid, 'n' || n || '@jatti.example', true, true
FROM generate_series(1, :people) AS n;

INSERT INTO persons_membership (id, organisation_id, user_id, role, office, position, joined_at)
SELECT md5('giant membership' || n)::uuid, md5('giant')::uuid, md5('giant' || n)::uuid,
    CASE WHEN n <= 2 THEN 'admin' ELSE 'member' END, 'Pääkonttori', 'Asiantuntija', now()
FROM generate_series(1, :people) AS n;

INSERT INTO django_session (session_key, session_data, expire_date)
SELECT md5('giant session' || n), 'data', now() + interval '12 hours'
FROM generate_series(1, :people) AS n;

INSERT INTO usersessions_usersession (
    user_id, created_at, ip, last_seen_at, session_key, user_agent, data
)
SELECT md5('giant' || n)::uuid, now(), '127.0.0.1', now(), md5('giant session' || n), 'browser', '{}'
FROM generate_series(1, :people) AS n;

INSERT INTO company_change (organisation_id, at, table_name, row_id, columns, changed_by, by_staff)
SELECT md5('giant')::uuid, now(), 'persons_membership', md5('giant membership' || n)::uuid,
    '{office}', md5('giant' || n)::uuid, false
FROM generate_series(1, :people) AS n, generate_series(1, 2);

INSERT INTO company_accessevent (organisation_id, at, person_id, actor_id, by_staff, page)
SELECT md5('giant')::uuid, now(), md5('giant' || n)::uuid, md5('giant1')::uuid, false, 'people'
FROM generate_series(1, :people) AS n, generate_series(1, 2);
